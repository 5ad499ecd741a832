namespace EventBus.Catalog.Versions;

/// <summary>Reads an older version of a contract as a newer one's type, through its JSON and the steps in between.</summary>
internal sealed class UpcastReader(EventDefinition definition, UpcastChain chain) : EventReader
{
    public override EventDefinition Definition { get; } = definition;

    // An event that was passed on by reference goes through its JSON too: the steps are written for nothing else.
    public override object Decode(in Envelope envelope)
    {
        var data = chain.Run(envelope.Value is null ? envelope.Data : envelope.ToBytes().Data);
        try
        {
            return Definition.Deserialize(data);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new EventBusException(
                $"The data of '{chain.Name}', upcast from version {chain.From} to {chain.To}, is not a "
                + $"{Definition.EventType.Name}: {exception.Message}",
                exception);
        }
    }
}
