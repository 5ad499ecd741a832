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

[JsonSerializable(typeof(Numbered))]
[JsonSerializable(typeof(UserRegistered))]
[JsonSerializable(typeof(UserDeleted))]
[JsonSerializable(typeof(AddressChanged))]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(Text))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(Blob))]
internal sealed partial class ConformanceJson : JsonSerializerContext;
