namespace SchemaVersions;

/// <summary>A fourth that somebody would like to publish: it does not get past the registry.</summary>
internal sealed record PaymentV4(string PaymentId, string Amount, CardUsed Method, string Merchant);
