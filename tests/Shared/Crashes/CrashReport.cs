using System.Globalization;
using EventBus.Shared.Processes;

namespace EventBus.Shared.Crashes;

/// <summary>What the journals of a run say: what was handled, in which order, and what was handled again, and why.</summary>
internal sealed class CrashReport
{
    private const int Shown = 10;

    // A member that goes on after it was held has what it had read to go through.
    private static readonly long s_aftermath = 15 * TimeProvider.System.TimestampFrequency;
    private readonly List<RunningProcess> _members;
    private readonly int _count;
    private readonly int _keys;
    private readonly JournalLine[] _handled;
    private readonly Dictionary<int, long[]> _ends;
    private readonly int _thrownOut;

    /// <param name="members">All that there have been.</param>
    /// <param name="count">How many events were published.</param>
    /// <param name="keys">How many keys they have.</param>
    /// <param name="takenForDead">Of what a member logs that finds that the group went on without it.</param>
    public CrashReport(List<RunningProcess> members, int count, int keys, string takenForDead)
    {
        _members = members;
        _count = count;
        _keys = keys;
        _handled = [.. members.SelectMany(static member => member.Lines)
            .Where(static line => line.Kind == JournalKind.Handled).OrderBy(static line => line.End)];

        // A member that the others took for dead, since the machine gave it no time, is as good as dead.
        var thrownOut = members.ToDictionary(static member => member.Id, member => member.Lines
            .Where(line => line.Kind == JournalKind.Warning && line.Text.Contains(takenForDead, StringComparison.Ordinal))
            .Select(static line => line.End).ToArray());
        _thrownOut = thrownOut.Values.Sum(static times => times.Length);
        _ends = members.ToDictionary(static member => member.Id, member => (long[])[.. member.Ends, .. thrownOut[member.Id]]);
    }

    public void AssertNothingLost()
    {
        var handled = _handled.Select(static line => line.Event).ToHashSet();
        var missing = Enumerable.Range(0, _count).Select(index => Counted.At(index, _keys)).Where(counted => !handled.Contains(counted)).ToArray();
        Assert.True(missing.Length == 0, $"{missing.Length} of {_count} events were lost: {string.Join(", ", missing.Take(Shown))}");
        Assert.Equal(_count, handled.Count);
        Assert.All(_handled.Where(static line => line.Attempt != 1), static line => Assert.Fail($"Nothing failed, and yet: {line}"));
    }

    /// <summary>A key may go back after a death, and then comes again from there; it never skips.</summary>
    public void AssertOrder()
    {
        foreach (var key in _handled.GroupBy(static line => line.Event.Key))
        {
            var next = 0;
            foreach (var line in key)
            {
                Assert.True(line.Event.Number <= next, $"[{line}] came when {next} was the next of its key.");
                next = Math.Max(next, line.Event.Number + 1);
            }
        }
    }

    /// <summary>Two members had one key at once only where one of them did not know yet that it had lost it.</summary>
    public void AssertOneAtATime()
    {
        foreach (var key in _handled.GroupBy(static line => line.Event.Key))
        {
            foreach (var (earlier, later) in key.Zip(key.Skip(1)))
            {
                Assert.True(
                    earlier.End <= later.Start || IsExcused(earlier, later), $"[{later}] was begun while [{earlier}] ran.");
            }
        }
    }

    /// <summary>An event was handled again only where a member died, or was stopped for so long that it was taken for dead.</summary>
    public void AssertDuplicatesExcused()
    {
        var unexcused = Again().Where(pair => !IsExcused(pair.Earlier, pair.Later)).ToArray();
        Assert.True(
            unexcused.Length == 0,
            $"{unexcused.Length} events were handled again although nobody died: "
            + string.Join("; ", unexcused.Take(Shown).Select(pair => $"[{pair.Earlier}] and [{pair.Later}]"))
            + string.Concat(_members.SelectMany(static member => member.Lines).Where(static line => line.Kind == JournalKind.Warning)
                .Take(Shown).Select(static line => $"\n{line}")));
    }

    public override string ToString()
    {
        var again = Again().ToArray();
        var seconds = (_handled[^1].End - _handled[0].End) / (double)TimeProvider.System.TimestampFrequency;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_count} events, {_handled.Length} handled in {seconds:F1} s by {_members.Count} processes; {_members.Sum(static member => member.Ends.Count)} killed "
            + $"or stopped, {_thrownOut} times a member was taken for dead; {again.Length} handled again, "
            + $"{again.Select(static pair => pair.Later.Process).Distinct().Count()} processes had such");
    }

    // Either may have been the one that went: the earlier before it could settle, or the later, which handled what it had been given before.
    private bool IsExcused(JournalLine earlier, JournalLine later) =>
        _ends[earlier.Process].Concat(_ends[later.Process]).Any(end => end <= later.End && end >= earlier.Start - s_aftermath);

    private IEnumerable<(JournalLine Earlier, JournalLine Later)> Again() =>
        from same in _handled.GroupBy(static line => line.Event)
        from pair in same.Zip(same.Skip(1))
        select pair;
}
