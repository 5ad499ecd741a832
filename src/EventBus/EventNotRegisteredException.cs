namespace EventBus;

/// <summary>An event was published whose type is not in the catalogue.</summary>
public sealed class EventNotRegisteredException : EventBusException
{
    internal EventNotRegisteredException(Type eventType)
        : base($"'{eventType.FullName}' is not registered as an event. Add to AddEventBus: "
            + $"bus.Event<{eventType.Name}>(\"{Catalog.ContractNames.Suggest(eventType.Name)}\");") => EventType = eventType;

    /// <summary>The type that was published.</summary>
    public Type EventType { get; }
}
