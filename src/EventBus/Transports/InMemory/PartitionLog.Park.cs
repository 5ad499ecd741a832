namespace EventBus.Transports.InMemory;

/// <content>
/// Followers that have read to the end wait here for the log to grow: those that want every event in a list, those that
/// want some types with the types, so that an event wakes only who wants it.
/// </content>
internal sealed partial class PartitionLog
{
    private readonly Dictionary<string, TypeInterest> _interests = new(StringComparer.Ordinal);
    private ILogFollower? _parked;
    private ILogFollower? _woken;

    // Events of one type come in runs and share their metadata: then nothing is looked up.
    private EventMetadata? _lastMetadata;
    private TypeInterest? _lastInterest;

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

            if (follower is InMemoryAssignment { Interests: { } interests } assignment)
            {
                assignment.IsParked = true;
                Array.ForEach(interests, static interest => interest.Parked++);
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
            if (follower is InMemoryAssignment { Interests: { } interests } assignment)
            {
                TakeParked(assignment);
                Array.ForEach(interests, interest => interest.Assignments.Remove(assignment));
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

    /// <summary>Makes known which types a new assignment wants.</summary>
    public TypeInterest[] AddInterests(InMemoryAssignment assignment, IReadOnlySet<string> types)
    {
        lock (_lock)
        {
            _lastMetadata = null;
            assignment.Cursor.Reader = assignment;
            return [.. types.Select(type =>
            {
                if (!_interests.TryGetValue(type, out var interest))
                {
                    _interests.Add(type, interest = new TypeInterest());
                }

                interest.Assignments.Add(assignment);
                return interest;
            })];
        }
    }

    // Those who want the event that has just been stored. They are taken in the lock and woken outside: a follower that looked at the
    // tail before it grew has parked by then.
    private void TakeParked(EventMetadata metadata)
    {
        if (!ReferenceEquals(metadata, _lastMetadata))
        {
            _lastMetadata = metadata;
            _lastInterest = _interests.Count == 0 ? null : _interests.GetValueOrDefault(metadata.Type);
        }

        if (_lastInterest is { Parked: > 0 } interest)
        {
            foreach (var assignment in interest.Assignments)
            {
                if (TakeParked(assignment))
                {
                    assignment.NextParked = _woken;
                    _woken = assignment;
                }
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

    private static bool TakeParked(InMemoryAssignment assignment)
    {
        if (!assignment.IsParked)
        {
            return false;
        }

        assignment.IsParked = false;
        Array.ForEach(assignment.Interests!, static interest => interest.Parked--);
        return true;
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
