namespace EventBus.Testing.Schemas;

/// <summary>Contracts are not compatible, or their schemas have not been reviewed; the message lists every break.</summary>
public sealed class SchemaCompatibilityException : EventBusException
{
    internal SchemaCompatibilityException(IReadOnlyList<SchemaBreak> breaks)
        : base($"{breaks.Count} in the contracts to look at:{string.Concat(breaks.Select(found => $"{Environment.NewLine}- {found}"))}") =>
        Breaks = breaks;

    /// <summary>The breaks, by contract and version.</summary>
    public IReadOnlyList<SchemaBreak> Breaks { get; }
}
