using System.Collections.Frozen;

namespace EventBus.Testing.Schemas;

/// <summary>The kinds of numbers, and which of them holds every value of which other.</summary>
internal static class NumberFormats
{
    private static readonly FrozenDictionary<Type, string> ByType = new Dictionary<Type, string>
    {
        [typeof(sbyte)] = "int8",
        [typeof(short)] = "int16",
        [typeof(int)] = "int32",
        [typeof(long)] = "int64",
        [typeof(byte)] = "uint8",
        [typeof(ushort)] = "uint16",
        [typeof(uint)] = "uint32",
        [typeof(ulong)] = "uint64",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]> Holding = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["int8"] = [],
        ["uint8"] = [],
        ["int16"] = ["int8", "uint8"],
        ["uint16"] = ["uint8"],
        ["int32"] = ["int8", "int16", "uint8", "uint16"],
        ["uint32"] = ["uint8", "uint16"],
        ["int64"] = ["int8", "int16", "int32", "uint8", "uint16", "uint32"],
        ["uint64"] = ["uint8", "uint16", "uint32"],
        ["float"] = ["int8", "int16", "uint8", "uint16"],
        ["double"] = ["int8", "int16", "int32", "uint8", "uint16", "uint32", "float"],
        ["decimal"] = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string? Of(Type type) => ByType.GetValueOrDefault(type);

    public static bool IsNumber(string format) => Holding.ContainsKey(format);

    /// <summary>Whether a reader of one kind can take all that a writer of the other may write.</summary>
    public static bool Holds(string reader, string? writer) =>
        writer is not null && (reader == writer || Holding.GetValueOrDefault(reader, []).Contains(writer, StringComparer.Ordinal));
}
