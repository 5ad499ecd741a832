namespace EventBus.Testing.Running;

/// <summary>What a harness has seen. Safe to use from any thread.</summary>
internal sealed class Journal(int maxDeliveries)
{
    private readonly Lock _lock = new();
    private readonly List<Seen> _seen = [];
    private readonly Dictionary<(string Subscription, Position Position), (Attempt Attempt, Exception Exception)> _lastFailures = [];
    private int _deliveries;

    public enum Kind
    {
        Published,
        Handled,
        Failed,
        Retried,
        DeadLettered,
    }

    /// <summary>Whether more attempts were begun than a test can want.</summary>
    public bool IsEndless
    {
        get
        {
            lock (_lock)
            {
                return _deliveries > maxDeliveries;
            }
        }
    }

    /// <summary>Counts the attempts anew.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _deliveries = 0;
        }
    }

    public void Publish(object @event, Envelope envelope, Position position) =>
        Add(new Seen(Kind.Published, @event, envelope, position, null, 0, null));

    /// <summary>Notes that an attempt begins.</summary>
    /// <returns>False where there have been too many: it must not.</returns>
    public bool Begin(in Attempt attempt)
    {
        lock (_lock)
        {
            if (++_deliveries > maxDeliveries)
            {
                return false;
            }

            if (_lastFailures.Remove((attempt.Subscription, attempt.Position), out var failure))
            {
                _seen.Add(attempt.As(Kind.Retried, failure.Exception));
            }

            return true;
        }
    }

    public void Complete(in Attempt attempt) => Add(attempt.As(Kind.Handled, null));

    public void Fail(in Attempt attempt, Exception exception)
    {
        lock (_lock)
        {
            _lastFailures[(attempt.Subscription, attempt.Position)] = (attempt, exception);
            _seen.Add(attempt.As(Kind.Failed, exception));
        }
    }

    /// <summary>The last attempt at an event was the last: it has become a dead letter.</summary>
    public void GiveUp(string subscription, Position position)
    {
        lock (_lock)
        {
            if (_lastFailures.Remove((subscription, position), out var last))
            {
                _seen.Add(last.Attempt.As(Kind.DeadLettered, last.Exception));
            }
        }
    }

    public IReadOnlyList<Observation<TEvent>> All<TEvent>(Kind kind, string? subscription)
    {
        lock (_lock)
        {
            return
            [
                .. from seen in _seen
                   where seen.Kind == kind && seen.Event is TEvent && (subscription is null || seen.Subscription == subscription)
                   select new Observation<TEvent>(
                       (TEvent)seen.Event!, seen.Envelope, seen.Position, seen.Subscription, seen.Attempt, seen.Exception),
            ];
        }
    }

    /// <summary>The contract names of the last attempts, the most frequent first.</summary>
    public string LastTypes()
    {
        const int Last = 100;
        lock (_lock)
        {
            return string.Join(", ", _seen.TakeLast(Last).GroupBy(static seen => seen.Envelope.Type)
                .OrderByDescending(static type => type.Count()).Select(static type => type.Key));
        }
    }

    private void Add(Seen seen)
    {
        lock (_lock)
        {
            _seen.Add(seen);
        }
    }

    /// <summary>An attempt as it was when it began: its context is not to be used when it has ended.</summary>
    internal readonly record struct Attempt(object? Event, Envelope Envelope, Position Position, string Subscription, int Number)
    {
        public Seen As(Kind kind, Exception? exception) => new(kind, Event, Envelope, Position, Subscription, Number, exception);
    }

    internal sealed record Seen(
        Kind Kind, object? Event, Envelope Envelope, Position Position, string? Subscription, int Attempt, Exception? Exception);
}
