using System.Collections.Frozen;
using EventBus.Catalog;
using EventBus.Pipeline;

namespace EventBus.Consuming;

/// <summary>Which route an event takes in a subscription, by its contract. Used by one reader at a time.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<(string Name, int Version), Route> _byContract = [];
    private readonly Dictionary<string, Route> _newestByName = new(StringComparer.Ordinal);

    // Events of one type come in runs, and share their metadata or at least its definition: then nothing is looked up.
    private EventMetadata? _lastMetadata;
    private EventDefinition? _lastDefinition;
    private Route? _lastRoute;

    public RouteTable(IEnumerable<Route> routes)
    {
        foreach (var route in routes.OrderBy(route => route.Definition.Version))
        {
            _byContract[(route.Definition.Name, route.Definition.Version)] = route;
            _newestByName[route.Definition.Name] = route;
        }

        Types = _newestByName.Keys.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The contract names that there are routes for.</summary>
    public IReadOnlySet<string> Types { get; }

    /// <summary>The route of an event; null where the subscription does not handle its contract.</summary>
    public Route? Find(EventMetadata metadata)
    {
        if (ReferenceEquals(metadata, _lastMetadata))
        {
            return _lastRoute;
        }

        if (metadata.Definition is null || !ReferenceEquals(metadata.Definition, _lastDefinition))
        {
            // A version that is not known is read as the newest that is: skipping it would lose it without a word.
            _lastRoute = _byContract.GetValueOrDefault((metadata.Type, metadata.Version))
                ?? _newestByName.GetValueOrDefault(metadata.Type);
            _lastDefinition = metadata.Definition;
        }

        _lastMetadata = metadata;
        return _lastRoute;
    }
}
