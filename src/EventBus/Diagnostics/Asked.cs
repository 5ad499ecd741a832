namespace EventBus.Diagnostics;

/// <summary>
/// Something that only the transport knows, as it told it last. Invariant: there is at most one call under way, however long it hangs and
/// however many ask.
/// </summary>
/// <param name="ask">Asks the transport.</param>
/// <param name="time">The clock.</param>
internal sealed class Asked<T>(Func<CancellationToken, ValueTask<T>> ask, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task _call = Task.CompletedTask;
    private long? _unansweredSince;
    private long? _answered;

    /// <summary>What was told last; null before the first answer.</summary>
    public T? Last { get; private set; }

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
        var (answer, failure) = (default(T), default(Exception));
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            answer = await ask(patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        lock (_lock)
        {
            Failure = failure;
            if (failure is null)
            {
                Last = answer;
                _answered = time.GetTimestamp();
                _unansweredSince = null;
            }
        }
    }
}
