namespace EventBus.Catalog.Versions;

/// <summary>
/// Which of the versions of a contract that there are entries for takes an event of any version: the same one; else the lowest newer
/// one that upcasters lead to; else the newest older one, which ignores what it does not know; else none that can read it.
/// </summary>
/// <typeparam name="TEntry">What stands for a version: what handles it, or what reads it.</typeparam>
internal sealed class VersionTable<TEntry>
    where TEntry : class
{
    private readonly Dictionary<(string Name, int Version), TEntry> _byContract = [];
    private readonly Dictionary<string, (int Version, TEntry Entry)[]> _newestFirst = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TEntry> _unreadable = new(StringComparer.Ordinal);

    /// <param name="entries">The entries, with the contract of each.</param>
    /// <param name="upcasters">The ways from older versions to newer ones.</param>
    /// <param name="withReader">The same entry with another way to read its events.</param>
    public VersionTable(
        IEnumerable<(EventDefinition Contract, TEntry Entry)> entries, Upcasters upcasters, Func<TEntry, EventReader, TEntry> withReader)
    {
        foreach (var versions in entries.GroupBy(entry => entry.Contract.Name, StringComparer.Ordinal))
        {
            (EventDefinition Contract, TEntry Entry)[] newestFirst = [.. versions.OrderByDescending(version => version.Contract.Version)];
            _newestFirst[versions.Key] = [.. newestFirst.Select(version => (version.Contract.Version, version.Entry))];
            foreach (var (contract, entry) in newestFirst)
            {
                _byContract[(versions.Key, contract.Version)] = entry;

                // From the newest on, so that a lower one takes the place: one that is reached too, and the version's own entry.
                foreach (var chain in upcasters.ChainsTo(contract))
                {
                    _byContract[(versions.Key, chain.From)] = withReader(entry, new UpcastReader(contract, chain));
                }
            }

            _unreadable[versions.Key] = withReader(newestFirst[^1].Entry, new NoReader(newestFirst[^1].Contract));
        }
    }

    /// <summary>The contract names that there are entries for.</summary>
    public IEnumerable<string> Names => _newestFirst.Keys;

    /// <summary>The entry that takes an event; null where there is none for its contract in any version.</summary>
    public TEntry? Find(string name, int version) =>
        _byContract.TryGetValue((name, version), out var entry) ? entry : FindOther(name, version);

    private TEntry? FindOther(string name, int version)
    {
        foreach (var known in _newestFirst.GetValueOrDefault(name, []))
        {
            if (known.Version < version)
            {
                return known.Entry;
            }
        }

        return _unreadable.GetValueOrDefault(name);
    }
}
