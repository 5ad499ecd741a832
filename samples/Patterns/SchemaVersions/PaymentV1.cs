namespace SchemaVersions;

/// <summary>The first version. The amount is in euros.</summary>
internal sealed record PaymentV1(string PaymentId, decimal Amount, string Card);
