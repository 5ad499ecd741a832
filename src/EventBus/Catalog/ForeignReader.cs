namespace EventBus.Catalog;

/// <summary>Reads nothing: what stands in the topic is no event.</summary>
/// <param name="definition">A contract of whoever handles the topic's events.</param>
internal sealed class ForeignReader(EventDefinition definition) : EventReader
{
    public override EventDefinition Definition => definition;

    /// <exception cref="FormatException">Always.</exception>
    public override object Decode(in Envelope envelope) => throw new FormatException(
        "It is no event: it has neither a type nor anything else that an event has. Somebody else writes to this topic; its fields are in the data.");
}
