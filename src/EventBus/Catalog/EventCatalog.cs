using System.Collections.Frozen;
using EventBus.Catalog.Versions;
using EventBus.Serialization;

namespace EventBus.Catalog;

/// <summary>All the event types that this bus knows, by type and by contract name. Immutable.</summary>
internal sealed class EventCatalog
{
    private readonly FrozenDictionary<Type, EventDefinition> _byType;
    private readonly VersionTable<EventReader> _readers;

    public EventCatalog(
        IEnumerable<EventDefinition> definitions, IEnumerable<UpcastStep> upcasters, IEventSerializer serializer, string source)
    {
        // A catalogue with a duplicate is built too: its mistakes are told, all together, when the bus starts.
        Definitions = [.. definitions];
        _byType = Definitions.DistinctBy(definition => definition.EventType).ToFrozenDictionary(definition => definition.EventType);
        Serializer = serializer;
        Upcasters = new Upcasters(upcasters, serializer);
        _readers = new VersionTable<EventReader>(
            Definitions.Select(definition => (definition, (EventReader)definition)), Upcasters, static (_, reader) => reader);
        foreach (var definition in Definitions)
        {
            definition.Bind(serializer, source);
        }
    }

    public IReadOnlyList<EventDefinition> Definitions { get; }

    public IEventSerializer Serializer { get; }

    public Upcasters Upcasters { get; }

    /// <exception cref="EventBusException">The type is not in the catalogue.</exception>
    public EventDefinition Get(Type eventType) =>
        _byType.TryGetValue(eventType, out var definition) ? definition : throw NotRegistered(eventType);

    /// <summary>What reads the events of a contract in one of its versions; null where the contract is not in the catalogue.</summary>
    public EventReader? FindReader(EventMetadata metadata) => _readers.Find(metadata.Type, metadata.Version);

    /// <summary>Whether an envelope carries an event of this bus's own making, by reference: there is nothing to decode.</summary>
    public bool Owns(in Envelope envelope) =>
        envelope is { Value: not null, Metadata.Definition: { } definition }
        && _byType.TryGetValue(definition.EventType, out var known) && ReferenceEquals(known, definition);

    private static EventBusException NotRegistered(Type eventType) => new(
        $"'{eventType.FullName}' is not registered as an event. Add to AddEventBus: "
        + $"bus.Event<{eventType.Name}>(\"{ContractNames.Suggest(eventType.Name)}\");");

    /// <summary>Every mistake in the catalogue, in words.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var definition in Definitions)
        {
            var where = $"Event '{definition.Name}' ({definition.EventType.FullName})";
            if (ContractNames.Problem(definition.Name) is { } nameProblem)
            {
                yield return $"{where}: the contract name {nameProblem}.";
            }

            if (Transports.TopicPattern.Problem(definition.Topic) is { } topicProblem)
            {
                yield return $"{where}: the topic '{definition.Topic}' {topicProblem}.";
            }

            if (Transports.InternalTopics.IsInternal(definition.Topic))
            {
                yield return $"{where}: the topic '{definition.Topic}' begins with '{Transports.InternalTopics.Prefix}', which is the bus's own.";
            }

            if (definition.Version < 1)
            {
                yield return $"{where}: the version {definition.Version} is less than 1.";
            }
        }

        foreach (var same in Definitions.GroupBy(definition => (definition.Name, definition.Version)).Where(same => same.Count() > 1))
        {
            yield return $"The contract name '{same.Key.Name}' (version {same.Key.Version}) is registered {same.Count()} times: "
                + $"{string.Join(", ", same.Select(definition => definition.EventType.FullName))}. Give each type a name of its own.";
        }

        foreach (var same in Definitions.GroupBy(definition => definition.EventType).Where(same => same.Count() > 1))
        {
            yield return $"The type {same.Key.FullName} is registered {same.Count()} times: "
                + $"{string.Join(", ", same.Select(definition => $"'{definition.Name}'"))}. Keep one.";
        }

        foreach (var problem in Upcasters.Problems(Definitions))
        {
            yield return problem;
        }
    }
}
