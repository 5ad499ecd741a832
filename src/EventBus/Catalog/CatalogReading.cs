namespace EventBus.Catalog;

/// <summary>Decodes what people look at, rather than what handlers are to get.</summary>
internal static class CatalogReading
{
    /// <summary>The envelope with its event, where there is a contract and the bytes are such an event; else as it is, with its bytes.</summary>
    /// <remarks>Whoever looks through a log must get past what cannot be decoded, and see its bytes.</remarks>
    public static Envelope DecodedOrBytes(this EventCatalog catalog, in Envelope envelope)
    {
        if (catalog.Owns(envelope) || catalog.FindReader(envelope.Metadata) is not { } reader)
        {
            return envelope;
        }

        try
        {
            var value = reader.Decode(envelope);
            return ReferenceEquals(value, envelope.Value) ? envelope : AsBytes(envelope).WithValue(value);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return AsBytes(envelope);
        }
    }

    private static Envelope AsBytes(in Envelope envelope) => envelope.Value is null ? envelope : envelope.ToBytes();
}
