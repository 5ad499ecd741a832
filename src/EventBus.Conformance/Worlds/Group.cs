namespace EventBus.Conformance.Worlds;

/// <summary>A group and all that was seen of it, by any member.</summary>
internal sealed partial class Group(string name, World world)
{
    private readonly Lock _lock = new();
    private readonly List<Observation> _started = [];
    private readonly List<Observation> _running = [];
    private readonly List<Observation> _handled = [];
    private readonly List<(Observation Seen, Exception Error)> _failed = [];
    private readonly HashSet<object> _distinct = [];
    private readonly List<string> _overlaps = [];

    public string Name => name;

    /// <summary>The attempts that were begun, in their order.</summary>
    public IReadOnlyList<Observation> Started => Under(() => _started.ToArray());

    /// <summary>The attempts that were finished without an error, in their order.</summary>
    public IReadOnlyList<Observation> Handled => Under(() => _handled.ToArray());

    public IReadOnlyList<(Observation Seen, Exception Error)> Failed => Under(() => _failed.ToArray());

    /// <summary>The numbers of the events handled, in their order.</summary>
    public IEnumerable<int> HandledNumbers => Handled.Select(seen => seen.Number);

    public int Running => Under(() => _running.Count);

    /// <summary>The most that ran at once.</summary>
    public int MostRunning { get; private set; }

    public void Start(Observation seen)
    {
        lock (_lock)
        {
            _started.Add(seen);
            _overlaps.AddRange(_running
                .Where(other => seen.Envelope.Key is { } key && key == other.Envelope.Key && !other.Member.IsDead)
                .Select(other => $"[{seen}] was begun while [{other}] ran"));
            _running.Add(seen);
            MostRunning = Math.Max(MostRunning, _running.Count);
        }

        world.Changes.Tell();
    }

    public void Complete(Observation seen)
    {
        lock (_lock)
        {
            RemoveRunning(seen);
            _handled.Add(seen);
            _distinct.Add(seen.Event);
        }

        world.Changes.Tell();
    }

    public void Fail(Observation seen, Exception error)
    {
        lock (_lock)
        {
            RemoveRunning(seen);
            _failed.Add((seen, error));
        }

        world.Changes.Tell();
    }

    /// <summary>Waits until each of some events has been handled at least once.</summary>
    public async Task HandledAsync<T>(IReadOnlyCollection<T> events)
        where T : notnull
    {
        await world.UntilAsync(
            () => Under(() => _distinct.Count >= events.Count) && Missing(events).Length == 0,
            () => Under(() => _distinct.Count),
            () => $"{name} to handle {events.Count} events; {Describe(events)}");
    }

    /// <summary>Waits until a number of attempts have been finished without an error.</summary>
    public Task HandledAsync(int count) => world.UntilAsync(
        () => Under(() => _handled.Count) >= count,
        () => Under(() => _handled.Count),
        () => $"{name} to handle {count} events; it handled {Handled.Count}");

    /// <summary>Waits until a number of attempts have been begun.</summary>
    public Task StartedAsync(int count) => world.UntilAsync(
        () => Under(() => _started.Count) >= count,
        () => Under(() => _started.Count),
        () => $"{name} to begin {count} events; it began {Started.Count}");

    public int CountOf(Func<Observation, bool> condition) => Under(() => _handled.Count(condition));

    private T[] Missing<T>(IEnumerable<T> events)
        where T : notnull => Under(() => events.Where(@event => !_distinct.Contains(@event)).ToArray());

    // By reference: two attempts at one event may be equal in all their members.
    private void RemoveRunning(Observation seen) => _running.RemoveAll(other => ReferenceEquals(other, seen));

    private T Under<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
