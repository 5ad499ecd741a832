using System.Text.Json.Serialization;

namespace EventBus.Conformance.Events;

internal sealed record UserRegistered(int Number) : INumbered;

internal sealed record UserDeleted(int Number) : INumbered;

internal sealed record AddressChanged(int Number) : INumbered;

internal sealed record OrderPlaced(int Number) : INumbered;

/// <summary>Text in an event's data.</summary>
internal sealed record Text(string Value);

/// <summary>An event that says all by its name.</summary>
internal sealed record Nothing;

/// <summary>Bytes, written as they are by <see cref="RawSerializer"/>.</summary>
internal sealed record Blob(byte[] Data);

/// <summary>What one member writes under a contract.</summary>
internal sealed record Written(string Value);

/// <summary>What another one takes the same contract for.</summary>
internal sealed record Misread(int Value);

/// <summary>A contract's first version.</summary>
internal sealed record AmountV1(int Number, string Amount) : INumbered;

/// <summary>Its second: the amount has become a number.</summary>
internal sealed record AmountV2(int Number, decimal Amount) : INumbered;

/// <summary>Its third: the amount has a currency.</summary>
internal sealed record AmountV3(int Number, decimal Amount, string Currency) : INumbered;

[JsonSerializable(typeof(Written))]
[JsonSerializable(typeof(Misread))]
[JsonSerializable(typeof(AmountV1))]
[JsonSerializable(typeof(AmountV2))]
[JsonSerializable(typeof(AmountV3))]
[JsonSerializable(typeof(Numbered))]
[JsonSerializable(typeof(UserRegistered))]
[JsonSerializable(typeof(UserDeleted))]
[JsonSerializable(typeof(AddressChanged))]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(Text))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(Blob))]
internal sealed partial class ConformanceJson : JsonSerializerContext;
