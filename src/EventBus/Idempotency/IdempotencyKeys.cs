using System.Collections.Frozen;
using EventBus.Catalog;
using EventBus.Consuming;

namespace EventBus.Idempotency;

/// <summary>
/// Makes the keys of a group: <c>group/id</c>, or <c>group#contract#key</c> for a business key. Names of groups and contracts have neither
/// character, so that no two keys are equal by accident.
/// </summary>
/// <param name="group">The group's name.</param>
/// <param name="selectors">The business keys, by the types that events are read as; null where there are none.</param>
internal sealed class IdempotencyKeys(string group, FrozenDictionary<Type, IdempotencySelector>? selectors)
{
    private readonly string _prefix = $"{group}/";
    private readonly int _prefixHash = IdempotencyKey.HashOf($"{group}/");

    /// <summary>Finds which selector each of a group's events has; null where none has one.</summary>
    public static FrozenDictionary<Type, IdempotencySelector>? Bind(
        IReadOnlyCollection<IdempotencySelector> selectors, IEnumerable<EventDefinition> definitions)
    {
        var bound = new Dictionary<Type, IdempotencySelector>();
        foreach (var type in definitions.Select(definition => definition.EventType))
        {
            if (selectors.FirstOrDefault(selector => selector.EventType.IsAssignableFrom(type)) is { } selector)
            {
                bound[type] = selector;
            }
        }

        return bound.Count == 0 ? null : bound.ToFrozenDictionary();
    }

    public IdempotencyKey Of(Delivery delivery)
    {
        if (selectors is not null && selectors.TryGetValue(delivery.Route.Definition.EventType, out var selector))
        {
            return IdempotencyKey.Of(BusinessKey(delivery, selector));
        }

        var id = delivery.Received.Envelope.Id;
        return id.TryGetGuid(out var guid) ? new IdempotencyKey(_prefix, _prefixHash, guid) : IdempotencyKey.Of(_prefix + id);
    }

    private string BusinessKey(Delivery delivery, IdempotencySelector selector)
    {
        var contract = delivery.Route.Definition.Name;
        return selector.Select(delivery.Event) is { Length: > 0 } key
            ? $"{group}#{contract}#{key}"
            : throw new DoNotRetryException(
                $"The idempotency key of event {delivery.Received.Envelope.Id} ({contract}) is null or empty in subscription '{group}'. "
                + "The function given to WithIdempotency must name something that only this event stands for.");
    }
}
