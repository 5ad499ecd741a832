namespace EventBus.Transports.InMemory;

/// <content>
/// Followers that have read to the end wait here for the log to grow: those that want every event in a list, those that
/// want some types with the types, so that an event wakes only who wants it.
/// </content>
internal sealed partial class PartitionLog
{
    // Those that want some types only, and who of them wants a type: worked out when the first event of the type comes.
    private readonly List<InMemoryAssignment> _selective = [];
    private readonly Dictionary<string, InMemoryAssignment[]> _interested = new(StringComparer.Ordinal);
    private ILogFollower? _parked;
    private ILogFollower? _woken;

    // Events of one type come in runs and share their metadata: then nothing is looked up.
    private EventMetadata? _lastMetadata;
    private InMemoryAssignment[] _lastInterested = [];

    /// <summary>Waits for the log to grow past an offset.</summary>
    /// <returns>False where it has already: the follower was not parked.</returns>
    public bool Park(ILogFollower follower, long next)
    {
        lock (_lock)
        {
            if (_tail.Value > next)
            {
                return false;
            }

            if (follower is InMemoryAssignment { Types: not null } assignment)
            {
                assignment.IsParked = true;
            }
            else
            {
                follower.NextParked = _parked;
                _parked = follower;
            }

            return true;
        }
    }

    /// <summary>Forgets a follower that has gone, so that a log that never grows does not keep it.</summary>
    public void Unpark(ILogFollower follower)
    {
        lock (_lock)
        {
            if (follower is InMemoryAssignment { Types: not null } assignment)
            {
                assignment.IsParked = false;
                _selective.Remove(assignment);
                ForgetInterests();
                if (assignment.Cursor.Reader == assignment)
                {
                    assignment.Cursor.Reader = null;
                }

                return;
            }

            ILogFollower? before = null;
            for (var each = _parked; each is not null; before = each, each = each.NextParked)
            {
                if (each != follower)
                {
                    continue;
                }

                if (before is null)
                {
                    _parked = each.NextParked;
                }
                else
                {
                    before.NextParked = each.NextParked;
                }

                return;
            }
        }
    }

    /// <summary>Makes known a new assignment that wants some types only.</summary>
    public void AddSelective(InMemoryAssignment assignment)
    {
        lock (_lock)
        {
            assignment.Cursor.Reader = assignment;
            _selective.Add(assignment);
            ForgetInterests();
        }
    }

    private void ForgetInterests()
    {
        _interested.Clear();
        _lastMetadata = null;
    }

    // Those who want the event that has just been stored. They are taken in the lock and woken outside: a follower that looked at the
    // tail before it grew has parked by then.
    private void TakeParked(EventMetadata metadata)
    {
        if (!ReferenceEquals(metadata, _lastMetadata))
        {
            _lastMetadata = metadata;
            _lastInterested = InterestedIn(metadata.Type);
        }

        foreach (var assignment in _lastInterested)
        {
            if (assignment.IsParked)
            {
                assignment.IsParked = false;
                assignment.NextParked = _woken;
                _woken = assignment;
            }
        }

        while (_parked is { } follower)
        {
            _parked = follower.NextParked;
            follower.NextParked = _woken;
            _woken = follower;
        }
    }

    private ILogFollower? TakeWoken()
    {
        var woken = _woken;
        if (woken is not null)
        {
            _woken = null;
        }

        return woken;
    }

    private InMemoryAssignment[] InterestedIn(string type)
    {
        if (_selective.Count == 0)
        {
            return [];
        }

        if (!_interested.TryGetValue(type, out var interested))
        {
            interested = [.. _selective.Where(assignment => assignment.Types!.Contains(type))];
            _interested.Add(type, interested);
        }

        return interested;
    }

    private static void Wake(ILogFollower? follower)
    {
        while (follower is not null)
        {
            // Read before waking: the follower may park again at once.
            var next = follower.NextParked;
            follower.NextParked = null;
            follower.Wake();
            follower = next;
        }
    }
}
