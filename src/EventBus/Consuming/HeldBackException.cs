namespace EventBus.Consuming;

/// <summary>An event of a batch has to be handled again because an earlier event of its key failed: not a failure of its own.</summary>
internal sealed class HeldBackException() : EventBusException("An earlier event of the same key failed; this one waits behind it.");
