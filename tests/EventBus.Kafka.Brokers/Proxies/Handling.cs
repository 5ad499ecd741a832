namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>What a proxy does with a request: passes it on, with a look at the answer or not, or answers it itself.</summary>
/// <param name="Answer">The answer, with which the broker never gets the request.</param>
/// <param name="OnAnswer">Gets the broker's answer, and gives what the client gets.</param>
/// <param name="IsAlone">Whether what comes behind it on the same connection waits until it has been answered.</param>
/// <param name="Request">What the broker gets in the request's place.</param>
internal readonly record struct Handling(
    byte[]? Answer = null, Func<byte[], ValueTask<byte[]>>? OnAnswer = null, bool IsAlone = false, byte[]? Request = null)
{
    /// <summary>Passes it on, and changes the answer.</summary>
    public static Handling Changing(Func<byte[], byte[]> change) => new(OnAnswer: frame => ValueTask.FromResult(change(frame)));
}
