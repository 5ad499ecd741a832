using System.Globalization;
using EventBus.Redis.Entries;
using EventBus.Transports;
using StackExchange.Redis;

namespace EventBus.Redis.Consuming;

/// <summary>
/// What a group has noted of its failed attempts in one partition, on the server as <c>ATTEMPTS TICKS</c> by entry; of unsettled events only, so of few.
/// Safe to use from any thread.
/// </summary>
internal sealed class FailureNotes
{
    /// <summary>How long the server keeps the notes of a partition after the last one: of a group that never comes back nothing stays.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<Offset, (int Attempts, DateTimeOffset First)> _notes = [];
    private volatile bool _isEmpty = true;

    public static string Print(int attempts, DateTimeOffset first) =>
        string.Create(CultureInfo.InvariantCulture, $"{attempts} {first.UtcTicks}");

    public void Load(HashEntry[] entries)
    {
        foreach (var entry in entries)
        {
            var parts = ((string)entry.Value!).Split(' ');
            if (parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var attempts)
                && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var ticks))
            {
                Add(EntryId.Parse(entry.Name), attempts, new DateTimeOffset(ticks, TimeSpan.Zero));
            }
        }
    }

    public void Add(Offset offset, int attempts, DateTimeOffset first)
    {
        lock (_lock)
        {
            _notes[offset] = (attempts, first);
            _isEmpty = false;
        }
    }

    /// <summary>Forgets entries that are settled.</summary>
    /// <returns>Those of them that there was a note of.</returns>
    public List<Offset> Remove(List<Offset> settled)
    {
        if (_isEmpty)
        {
            return [];
        }

        lock (_lock)
        {
            var removed = settled.FindAll(_notes.Remove);
            _isEmpty = _notes.Count == 0;
            return removed;
        }
    }

    public ReceivedEvent Apply(ReceivedEvent received)
    {
        if (_isEmpty)
        {
            return received;
        }

        lock (_lock)
        {
            return _notes.TryGetValue(received.Offset, out var note)
                ? received with { PreviousAttempts = note.Attempts, FirstFailure = note.First }
                : received;
        }
    }
}
