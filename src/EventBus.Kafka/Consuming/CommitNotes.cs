using System.Globalization;
using System.Text;

namespace EventBus.Kafka.Consuming;

/// <summary>
/// What a commit says beside its offset, in its metadata: what is settled ahead of it, what has failed there, and the last seek that was made.
/// </summary>
/// <remarks>
/// <para>As text: <c>eb1;s17;f0.3.638712000000000000;r3.2,5.1</c>, of which each part but the first may be missing.</para>
/// <para>
/// <c>s</c>: the number of the seek. <c>f</c>: events that have failed, each as its distance from the offset, its attempts, and the first failure in
/// ticks (100 ns) since year 1. <c>r</c>: runs of settled events, nearest first, each as the number of unsettled ones before it and of the settled ones in it.
/// </para>
/// </remarks>
/// <param name="Seek">The number of the last seek that was made in the partition; 0 for none.</param>
/// <param name="Settled">What is settled ahead of the offset, nearest first; each ends one behind its last offset.</param>
/// <param name="Failures">What has failed and is not settled, by offset.</param>
internal sealed record CommitNotes(
    long Seek, IReadOnlyList<(long From, long To)> Settled, IReadOnlyList<FailedAttempts> Failures)
{
    private const string Version = "eb1";
    private const char PartEnd = ';';
    private const char ItemEnd = ',';
    private const char NumberEnd = '.';

    // A failed event's note is some 25 characters. Beyond these, the others' attempts count from 1 again, which costs less than what is settled.
    private const int MostFailures = 64;
    private const int LongestNumber = 20;

    /// <summary>Of a commit without any, or with somebody else's.</summary>
    public static CommitNotes None { get; } = new(0, [], []);

    /// <summary>The notes as <see cref="Parse"/> reads them; what has no room is left out, the farthest first.</summary>
    /// <param name="offset">The offset of the commit.</param>
    /// <param name="room">How long the text may be.</param>
    public string Print(long offset, int room)
    {
        if (Seek == 0 && Settled.Count == 0 && Failures.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(Version);
        if (Seek != 0)
        {
            text.Append(PartEnd).Append('s').Append(Seek);
        }

        // No more than half of the room, so that the runs have some.
        var failuresEnd = text.Length + ((room - text.Length) / 2);
        var mark = 'f';
        foreach (var failure in Failures.Take(MostFailures))
        {
            if (!TryAppend(text, failuresEnd, ref mark, failure.Offset - offset, failure.Attempts, failure.First.UtcTicks))
            {
                break;
            }
        }

        var last = offset;
        mark = 'r';
        foreach (var (from, to) in Settled)
        {
            if (!TryAppend(text, room, ref mark, from - last, to - from))
            {
                break;
            }

            last = to;
        }

        return text.Length <= room ? text.ToString() : "";
    }

    /// <summary>Reads what <see cref="Print"/> has written; of anything else nothing.</summary>
    /// <param name="text">The metadata.</param>
    /// <param name="offset">The offset of the commit.</param>
    public static CommitNotes Parse(string text, long offset)
    {
        var parts = text.Split(PartEnd);
        if (parts[0] != Version)
        {
            return None;
        }

        var seek = 0L;
        List<FailedAttempts> failures = [];
        List<(long From, long To)> settled = [];
        foreach (var part in parts.Skip(1))
        {
            var isGood = part.Length > 1 && part[0] switch
            {
                's' => TryNumber(part.AsSpan(1), out seek),
                'f' => TryReadFailures(part[1..], offset, failures),
                'r' => TryReadSettled(part[1..], offset, settled),
                _ => true,
            };
            if (!isGood)
            {
                return None;
            }
        }

        return new CommitNotes(seek, settled, failures);
    }

    private static bool TryAppend(StringBuilder text, int room, ref char mark, params ReadOnlySpan<long> numbers)
    {
        var length = text.Length;
        text.Append(mark == ItemEnd ? ItemEnd : PartEnd);
        if (mark != ItemEnd)
        {
            text.Append(mark);
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            text.Append(i == 0 ? "" : NumberEnd).Append(CultureInfo.InvariantCulture, $"{numbers[i]}");
        }

        if (text.Length > room)
        {
            text.Length = length;
            return false;
        }

        mark = ItemEnd;
        return true;
    }

    private static bool TryReadFailures(string part, long offset, List<FailedAttempts> failures)
    {
        Span<long> numbers = stackalloc long[3];
        foreach (var item in part.Split(ItemEnd))
        {
            if (!TryNumbers(item, numbers) || numbers[1] is 0 or > int.MaxValue || numbers[2] > DateTimeOffset.MaxValue.UtcTicks
                || numbers[0] > long.MaxValue - offset)
            {
                return false;
            }

            failures.Add(new FailedAttempts(offset + numbers[0], (int)numbers[1], new DateTimeOffset(numbers[2], TimeSpan.Zero)));
        }

        return true;
    }

    private static bool TryReadSettled(string part, long offset, List<(long From, long To)> settled)
    {
        Span<long> numbers = stackalloc long[2];
        foreach (var item in part.Split(ItemEnd))
        {
            // A run follows upon something that is unsettled, and is not empty.
            if (!TryNumbers(item, numbers) || numbers[0] == 0 || numbers[1] == 0
                || numbers[0] > long.MaxValue - offset || numbers[1] > long.MaxValue - offset - numbers[0])
            {
                return false;
            }

            settled.Add((offset + numbers[0], offset + numbers[0] + numbers[1]));
            offset += numbers[0] + numbers[1];
        }

        return true;
    }

    private static bool TryNumbers(ReadOnlySpan<char> item, Span<long> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            var end = i == numbers.Length - 1 ? item.Length : item.IndexOf(NumberEnd);
            if (end < 0 || !TryNumber(item[..end], out numbers[i]))
            {
                return false;
            }

            item = item[Math.Min(end + 1, item.Length)..];
        }

        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length < LongestNumber && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
