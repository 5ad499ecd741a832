using EventBus.Transports;

namespace EventBus.Diagnostics;

/// <summary>
/// A group's lag as the transport told it last. Invariant: there is at most one call under way, however long it hangs and however many ask.
/// </summary>
internal sealed class LagCache(ILagTransport transport, string group, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task _call = Task.CompletedTask;
    private long? _unansweredSince;
    private long? _answered;

    /// <summary>What was told last; null before the first answer.</summary>
    public IReadOnlyList<PartitionLag>? Last { get; private set; }

    /// <summary>Why the last call failed; null where it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How long the transport has given no answer, from the first call without one; null while it answers.</summary>
    public TimeSpan? Unanswered
    {
        get
        {
            lock (_lock)
            {
                return _unansweredSince is { } since ? time.GetElapsedTime(since) : null;
            }
        }
    }

    /// <summary>Asks again, unless a call is under way or the last answer is young enough. Never throws.</summary>
    /// <param name="maxAge">How old an answer may be.</param>
    /// <returns>Completes with the call, however long that takes.</returns>
    public Task RefreshAsync(TimeSpan maxAge)
    {
        lock (_lock)
        {
            if (_call.IsCompleted && !(_answered is { } answered && time.GetElapsedTime(answered) < maxAge))
            {
                _unansweredSince ??= time.GetTimestamp();
                _call = Task.Run(AskAsync);
            }

            return _call;
        }
    }

    private async Task AskAsync()
    {
        IReadOnlyList<PartitionLag>? lag = null;
        Exception? failure = null;
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            lag = await transport.GetLagAsync(group, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        lock (_lock)
        {
            Failure = failure;
            if (lag is not null)
            {
                Last = lag;
                _answered = time.GetTimestamp();
                _unansweredSince = null;
            }
        }
    }
}
