using System.Runtime.CompilerServices;
using EventBus.Transports;

namespace EventBus.DeadLetters;

/// <summary>Reads a group's topic of dead letters: first what it says taken together, then, page by page, the letters that are wanted.</summary>
internal sealed class DeadLetterReader(DeadLetterTopic topic)
{
    private const int PageSize = 256;

    /// <summary>What the topic says at the moment of the call.</summary>
    public async ValueTask<DeadLetterIndex> IndexAsync(CancellationToken cancellationToken)
    {
        var index = new DeadLetterIndex();
        await foreach (var entry in topic.Transport.ReadAsync(topic.Name, SeekTarget.Earliest, false, cancellationToken).ConfigureAwait(false))
        {
            index.Add(entry);
        }

        return index;
    }

    /// <summary>When the oldest letter that is still dead became one; null where there is none.</summary>
    public async ValueTask<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        var index = await IndexAsync(cancellationToken).ConfigureAwait(false);
        return index.Letters.Where(static letter => letter.State is DeadLetterState.Dead).Min(static letter => (DateTimeOffset?)letter.At);
    }

    /// <summary>Reads letters, in the order in which they are given. One that is not there any more is left out.</summary>
    public async IAsyncEnumerable<DeadLetter> ReadAsync(
        IReadOnlyList<IndexedLetter> letters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var page in letters.Chunk(PageSize))
        {
            var found = await FindAsync(page.Select(letter => letter.Position), cancellationToken).ConfigureAwait(false);
            foreach (var letter in page)
            {
                if (found.TryGetValue(letter.Position, out var entry))
                {
                    yield return new DeadLetter(entry, letter.State, letter.SettledAt, letter.Reason);
                }
            }
        }
    }

    /// <summary>Reads records by their positions; one that is not there any more is left out.</summary>
    public async ValueTask<Dictionary<Position, LogEntry>> FindAsync(
        IEnumerable<Position> positions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Position, LogEntry>();
        foreach (var partition in positions.GroupBy(position => position.Partition))
        {
            await FindAsync([.. partition], found, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private async ValueTask FindAsync(
        HashSet<Position> wanted, Dictionary<Position, LogEntry> found, CancellationToken cancellationToken)
    {
        var first = wanted.Min(PositionOrder.Instance);
        var last = wanted.Max(PositionOrder.Instance);
        await foreach (var entry in topic.Transport.ReadAsync(topic.Name, SeekTarget.At(first), false, cancellationToken).ConfigureAwait(false))
        {
            if (wanted.Contains(entry.Position))
            {
                found.Add(entry.Position, entry);
            }

            if (PositionOrder.Instance.Compare(entry.Position, last) >= 0)
            {
                break;
            }
        }
    }
}
