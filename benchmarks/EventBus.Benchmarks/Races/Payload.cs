namespace EventBus.Benchmarks.Races;

/// <summary>What every event carries: 200 bytes.</summary>
internal static class Payload
{
    public const int Size = 200;

    public static byte[] Bytes { get; } = [.. Enumerable.Range(0, Size).Select(static number => (byte)('a' + (number % 26)))];
}
