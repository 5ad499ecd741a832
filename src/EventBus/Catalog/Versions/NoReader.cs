namespace EventBus.Catalog.Versions;

/// <summary>Refuses the versions of a contract that are older than any that is read here and that no upcaster leads on from.</summary>
internal sealed class NoReader(EventDefinition oldest) : EventReader
{
    public override EventDefinition Definition { get; } = oldest;

    public override object Decode(in Envelope envelope)
    {
        var version = envelope.Metadata.Version;
        throw new EventBusException(
            $"The event is '{Definition.Name}', version {version}, and the oldest version that is read here is {Definition.Version}. "
            + $"Add upcasters from {version} to {Definition.Version}, e.g. bus.Upcast(\"{Definition.Name}\", from: {version}, …), "
            + $"or a type and a handler for version {version}.");
    }
}
