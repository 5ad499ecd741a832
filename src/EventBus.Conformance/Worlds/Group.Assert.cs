using EventBus.Conformance.Events;

namespace EventBus.Conformance.Worlds;

internal sealed partial class Group
{
    private const int Shown = 12;

    /// <summary>Each event was handled once, and in the order of its key.</summary>
    public void AssertEachOnceInOrder(IReadOnlyCollection<Numbered> published)
    {
        AssertEachOnce(published);
        AssertOrder(published);
    }

    /// <summary>Each event was handled once, and no other.</summary>
    public void AssertEachOnce<T>(IReadOnlyCollection<T> published)
        where T : notnull
    {
        var handled = Handled;
        Assert.True(handled.Count == published.Count && Missing(published).Length == 0, $"{name} did not handle each event once: {Describe(published)}");
    }

    /// <summary>Each event was handled once or more, and no other.</summary>
    public void AssertEachAtLeastOnce<T>(IReadOnlyCollection<T> published)
        where T : notnull =>
        Assert.True(
            Missing(published).Length == 0 && Handled.All(seen => published.Contains((T)seen.Event)),
            $"{name} did not handle each event: {Describe(published)}");

    /// <summary>
    /// The events of each key came in the order of publishing, one at a time. After a crash or a seek a key may go back, and then
    /// comes again from there; it never skips. Not of a transport that declares that it keeps no order.
    /// </summary>
    public void AssertOrder(IReadOnlyCollection<Numbered> published)
    {
        if (!world.KeepsOrder)
        {
            return;
        }

        Assert.True(Under(() => _overlaps.Count) == 0, $"{name} handled one key's events at once: {string.Join("; ", _overlaps.Take(Shown))}");
        var place = published.GroupBy(@event => @event.Key).SelectMany(key => key.Select((@event, index) => (@event, index)))
            .ToDictionary(pair => pair.@event, pair => pair.index);
        foreach (var key in Handled.GroupBy(seen => seen.Envelope.Key))
        {
            var next = 0;
            foreach (var seen in key)
            {
                var index = place[(Numbered)seen.Event];
                Assert.True(
                    index <= next,
                    $"{name} handled [{seen}] too early: {index - next} earlier events of '{key.Key}' had not been handled. "
                    + $"Its order was {string.Join(", ", key.Select(other => other.Number))}.");
                next = Math.Max(next, index + 1);
            }
        }
    }

    /// <summary>No two attempts at one key's events ran at once.</summary>
    public void AssertOneAtATime()
    {
        if (world.KeepsOrder)
        {
            Assert.Empty(Under(() => _overlaps.ToArray()));
        }
    }

    private string Describe<T>(IReadOnlyCollection<T> published)
        where T : notnull
    {
        var handled = Handled;
        var more = handled.GroupBy(seen => seen.Event).Where(same => same.Count() > 1).ToArray();
        var foreign = handled.Where(seen => seen.Event is not T @event || !published.Contains(@event)).ToArray();
        return $"{published.Count} published, {handled.Count} handled, {Running} running, {Failed.Count} failed attempts"
            + List("not handled", Missing(published))
            + List("handled more than once", more.Select(same => string.Join(" and ", same)).ToArray())
            + List("never published", foreign)
            + List("failed", Failed.Select(failure => $"{failure.Seen}: {failure.Error.Message}").ToArray());
    }

    private static string List<T>(string what, IReadOnlyCollection<T> items) => items.Count == 0
        ? string.Empty
        : $"{Environment.NewLine}  {what} ({items.Count}): {string.Join("; ", items.Take(Shown))}{(items.Count > Shown ? "; …" : null)}";
}
