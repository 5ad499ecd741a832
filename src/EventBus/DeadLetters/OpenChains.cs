using System.Collections.Frozen;

namespace EventBus.DeadLetters;

/// <summary>
/// The keys of a group that have an open letter, as far as this member has read the group's topic of dead letters. Read as a snapshot from any
/// thread; brought up to date by one caller at a time.
/// </summary>
internal sealed class OpenChains(DeadLetterTopic topic)
{
    private readonly Lock _lock = new();
    private readonly DeadLetterIndex _index = new();
    private readonly Dictionary<int, Position> _read = [];
    private Task _reading = Task.CompletedTask;
    private volatile FrozenDictionary<string, OpenLetter[]> _open = FrozenDictionary<string, OpenLetter[]>.Empty;

    /// <summary>For each key, its open letters in their order; at least one.</summary>
    public IReadOnlyDictionary<string, OpenLetter[]> Open => _open;

    public bool IsEmpty => _open.Count == 0;

    /// <summary>The open letters of a key; empty where there is none.</summary>
    public ReadOnlySpan<OpenLetter> Of(string key) => _open.GetValueOrDefault(key);

    public OpenLetter? First(string key) => Of(key) is [var first, ..] ? first : null;

    /// <summary>Takes what has been written since the last time: all of it, or that of one partition.</summary>
    /// <param name="near">A position in the partition; null for all partitions from their start.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ReadOnAsync(Position? near, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _reading = ReadAfterAsync(_reading, near, cancellationToken);
        }
    }

    private async Task ReadAfterAsync(Task before, Position? near, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);

        // A partition that has not been read at all is read from its start: what stands before the position may still be open.
        var from = near is { } place && _read.TryGetValue(place.Partition, out var last) ? SeekTarget.At(last) : SeekTarget.Earliest;
        await foreach (var entry in topic.Transport.ReadAsync(topic.Name, from, false, cancellationToken).ConfigureAwait(false))
        {
            _index.Add(entry);
            _read[entry.Position.Partition] = entry.Position;
        }

        _open = _index.Keys.ToFrozenDictionary(chain => chain.Key, chain => chain.Value.Values.Select(Snapshot).ToArray(), StringComparer.Ordinal);
    }

    private static OpenLetter Snapshot(IndexedLetter letter) => new(letter.Position, letter.Place, letter.Origin, letter.State);
}
