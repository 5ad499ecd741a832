using System.Collections.Frozen;
using EventBus.Catalog;
using EventBus.Catalog.Versions;
using EventBus.Pipeline;
using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>Which route an event takes in a subscription, by its contract. Used by one reader at a time.</summary>
internal sealed class RouteTable
{
    private readonly VersionTable<Route> _routes;
    private readonly Route? _foreign;

    // Events of one type come in runs, and share their metadata or at least its definition: then nothing is looked up.
    private EventMetadata? _lastMetadata;
    private EventDefinition? _lastDefinition;
    private Route? _lastRoute;

    public RouteTable(IEnumerable<Route> routes, Upcasters upcasters)
    {
        Route[] all = [.. routes];
        _foreign = all.FirstOrDefault() is { } any ? any.WithReader(new ForeignReader(any.Definition)) : null;
        _routes = new VersionTable<Route>(
            all.Select(route => (route.Definition, route)), upcasters, static (route, reader) => route.WithReader(reader));
        Types = _routes.Names.ToFrozenSet(StringComparer.Ordinal);
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
            _lastRoute = metadata.Type == ForeignEvents.Type ? _foreign : _routes.Find(metadata.Type, metadata.Version);
            _lastDefinition = metadata.Definition;
        }

        _lastMetadata = metadata;
        return _lastRoute;
    }
}
