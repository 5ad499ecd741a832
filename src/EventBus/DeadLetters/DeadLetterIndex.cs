using EventBus.Transports;

namespace EventBus.DeadLetters;

/// <summary>
/// What a group's topic of dead letters says, taken together: which are dead, which wait, and what became of the others. Without their data.
/// </summary>
/// <remarks>
/// What became of a letter stands behind it in its partition, and so do all records of a key: they are taken in their order.
/// </remarks>
internal sealed class DeadLetterIndex
{
    private readonly Dictionary<Position, IndexedLetter> _letters = [];
    private readonly Dictionary<string, SortedList<Position, IndexedLetter>> _keys = new(StringComparer.Ordinal);

    public IEnumerable<IndexedLetter> Letters => _letters.Values;

    /// <summary>The keys that have a dead letter, with what stands in their order.</summary>
    public IReadOnlyDictionary<string, SortedList<Position, IndexedLetter>> Keys => _keys;

    /// <summary>For each partition, the first position that is still needed; where nothing is open, the last one.</summary>
    public IEnumerable<Position> NeededFrom()
    {
        foreach (var partition in _letters.Values.GroupBy(letter => letter.Position.Partition))
        {
            var needed = partition.Where(IsNeeded).Select(letter => letter.Position).Order(PositionOrder.Instance).ToList();
            yield return needed.Count > 0 ? needed[0] : partition.Select(letter => letter.Position).Order(PositionOrder.Instance).Last();
        }
    }

    public IndexedLetter? Find(Position position) => _letters.GetValueOrDefault(position);

    /// <summary>Takes the next record.</summary>
    public void Add(in LogEntry entry)
    {
        if (StateOf(entry.Envelope) is not { } state)
        {
            return;
        }

        var about = InternalHeaders.PositionOf(entry.Envelope.Metadata.Headers, InternalHeaders.Letter);
        if (state is DeadLetterState.Dead or DeadLetterState.Parked)
        {
            AddLetter(new IndexedLetter(entry, state));

            // It died again: it takes the place of what it was.
            Settle(about, DeadLetterState.Handled, default);
        }
        else if (about is { } position)
        {
            Settle(position, state, entry.Envelope);
        }
    }

    private static DeadLetterState? StateOf(in Envelope record) =>
        Enum.TryParse<DeadLetterState>(InternalHeaders.Text(record.Metadata.Headers, InternalHeaders.State), out var state) ? state : null;

    private bool IsNeeded(IndexedLetter letter) => letter.IsOpen
        || (letter.Key is { } key && _keys.TryGetValue(key, out var chain) && chain.ContainsValue(letter));

    private void AddLetter(IndexedLetter letter)
    {
        if (!_letters.TryAdd(letter.Position, letter))
        {
            return;
        }

        if (letter.KeepsKeyOrder && letter.Key is { } key)
        {
            if (!_keys.TryGetValue(key, out var chain))
            {
                _keys.Add(key, chain = new SortedList<Position, IndexedLetter>(PositionOrder.Instance));
            }

            chain[letter.Place] = letter;
        }
    }

    private void Settle(Position? position, DeadLetterState state, in Envelope record)
    {
        if (position is not { } known || !_letters.TryGetValue(known, out var letter))
        {
            return;
        }

        letter.Settle(state, record);
        if (state is not DeadLetterState.Redriven && letter.Key is { } key && _keys.TryGetValue(key, out var chain)
            && chain.TryGetValue(letter.Place, out var inPlace) && inPlace == letter)
        {
            chain.Remove(letter.Place);
            if (chain.Count == 0)
            {
                _keys.Remove(key);
            }
        }
    }
}
