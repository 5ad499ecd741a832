namespace SchemaVersions;

/// <summary>The second adds the currency that the customer paid in. The amount stays in euros.</summary>
internal sealed record PaymentV2(string PaymentId, decimal Amount, string Currency, string Card);
