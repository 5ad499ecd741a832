namespace EventBus.Catalog;

/// <summary>Makes an event of an envelope's data: a contract's definition or, for other versions of it, a way around it.</summary>
internal abstract class EventReader
{
    /// <summary>The contract whose type the events become.</summary>
    public abstract EventDefinition Definition { get; }

    /// <summary>The event of an envelope that carries this contract, as the definition's own type.</summary>
    /// <exception cref="Exception">The data cannot be decoded.</exception>
    public abstract object Decode(in Envelope envelope);
}
