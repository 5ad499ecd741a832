using System.Collections.Concurrent;

namespace FundTransfer;

/// <summary>Counts what happens, by group and what it was.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<(string Group, What What), int> _counts = new();

    public void Add(string group, What what) => _counts.AddOrUpdate((group, what), 1, static (_, count) => count + 1);

    public int this[string group, What what] => _counts.GetValueOrDefault((group, what));
}
