using EventBus.Shared.Processes;

namespace EventBus.Shared.Runs;

/// <summary>What a group has handled, by any of its members. Safe to use from any thread.</summary>
internal sealed class Tally
{
    private const int Shown = 10;
    private readonly Lock _lock = new();
    private readonly List<Counted> _handled = [];
    private readonly HashSet<Counted> _distinct = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _handled.Count;
            }
        }
    }

    public Counted[] Handled
    {
        get
        {
            lock (_lock)
            {
                return [.. _handled];
            }
        }
    }

    public void Add(Counted counted)
    {
        lock (_lock)
        {
            _handled.Add(counted);
            _distinct.Add(counted);
        }
    }

    public Task ReachedAsync(int count, RunLog log) =>
        Eventually.TrueAsync(() => Count >= count, () => $"{count} events to be handled; {Count} were.{log}");

    public Task HandledAsync(IReadOnlyCollection<Counted> events, RunLog log) =>
        Eventually.TrueAsync(() => Missing(events).Length == 0, () =>
        {
            var missing = Missing(events);
            return $"{events.Count} events to be handled; {missing.Length} were not: {string.Join(", ", missing.Take(Shown))}{log}";
        });

    /// <summary>Those that have not been handled.</summary>
    public Counted[] Missing(IEnumerable<Counted> events)
    {
        lock (_lock)
        {
            return [.. events.Where(counted => !_distinct.Contains(counted))];
        }
    }

    /// <summary>A key may go back, and then comes again from there; it never skips what was stored.</summary>
    /// <param name="stored">What is known to be stored.</param>
    /// <param name="mayOvertake">What may also have come earlier.</param>
    public void AssertOrder(IEnumerable<Counted> stored, IReadOnlySet<Counted>? mayOvertake = null)
    {
        var order = stored.GroupBy(static counted => counted.Key).ToDictionary(
            static key => key.Key, static key => key.Select(static counted => counted.Number).Distinct().Order().ToList(), StringComparer.Ordinal);
        foreach (var key in Handled.GroupBy(static counted => counted.Key))
        {
            var next = 0;
            Counted[] handled = [.. key.Where(counted => order[counted.Key].BinarySearch(counted.Number) >= 0)];
            for (var i = 0; i < handled.Length; i++)
            {
                var index = order[key.Key].BinarySearch(handled[i].Number);
                if (index > next && mayOvertake?.Contains(handled[i]) == true)
                {
                    continue;
                }

                Assert.True(index <= next, $"{handled[i]} came {index - next} too early: {string.Join(", ", Around(handled, i))}.");
                next = Math.Max(next, index + 1);
            }
        }
    }

    private static IEnumerable<int> Around(Counted[] handled, int at) =>
        handled.Skip(Math.Max(0, at - Shown)).Take(2 * Shown).Select(static counted => counted.Number);
}
