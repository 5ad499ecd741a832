namespace SchemaVersions;

/// <summary>The third: brand and digits of the card apart. The old text stays beside them, for consumers of older versions.</summary>
internal sealed record PaymentV3(string PaymentId, decimal Amount, string Currency, string Card, CardUsed Method);

/// <summary>A card, as a receipt shows it.</summary>
internal sealed record CardUsed(string Brand, string Last4);
