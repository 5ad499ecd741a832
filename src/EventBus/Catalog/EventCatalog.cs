using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using EventBus.Serialization;

namespace EventBus.Catalog;

/// <summary>All the event types that this bus knows, by type and by contract name. Immutable.</summary>
internal sealed class EventCatalog
{
    private readonly FrozenDictionary<Type, EventDefinition> _byType;
    private readonly FrozenDictionary<(string Name, int Version), EventDefinition> _byName;

    public EventCatalog(IEnumerable<EventDefinition> definitions, IEventSerializer serializer, string source)
    {
        // A catalogue with a duplicate is built too: its mistakes are told, all together, when the bus starts.
        Definitions = [.. definitions];
        _byType = Definitions.DistinctBy(definition => definition.EventType).ToFrozenDictionary(definition => definition.EventType);
        _byName = Definitions.DistinctBy(definition => (definition.Name, definition.Version))
            .ToFrozenDictionary(definition => (definition.Name, definition.Version));
        foreach (var definition in Definitions)
        {
            definition.Bind(serializer, source);
        }
    }

    public IReadOnlyList<EventDefinition> Definitions { get; }

    /// <exception cref="EventBusException">The type is not in the catalogue.</exception>
    public EventDefinition Get(Type eventType) =>
        _byType.TryGetValue(eventType, out var definition) ? definition : throw NotRegistered(eventType);

    public bool TryGet(string name, int version, [NotNullWhen(true)] out EventDefinition? definition) =>
        _byName.TryGetValue((name, version), out definition);

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
    }
}
