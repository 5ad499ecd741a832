namespace FundTransfer;

/// <summary>The groups: each gets every request, and keeps a ledger of its own.</summary>
internal static class Groups
{
    /// <summary>Idempotency on the bus, and a transaction with the transfer's id in the database.</summary>
    public const string Safe = "safe";

    /// <summary>Idempotency on the bus alone.</summary>
    public const string BusOnly = "bus-only";

    /// <summary>Neither.</summary>
    public const string Careless = "careless";

    public static IReadOnlyList<string> All { get; } = [Safe, BusOnly, Careless];
}
