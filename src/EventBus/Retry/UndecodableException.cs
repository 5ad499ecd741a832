namespace EventBus.Retry;

/// <summary>An event's bytes are not what its contract says: no attempt can help.</summary>
/// <param name="contract">The contract's name.</param>
/// <param name="innerException">What the serializer said.</param>
internal sealed class UndecodableException(string contract, Exception innerException) : EventBusException(
    $"The data of this '{contract}' cannot be decoded: {innerException.Message}", innerException);
