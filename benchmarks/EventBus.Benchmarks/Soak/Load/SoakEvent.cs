using System.Globalization;
using System.Text.Json.Serialization;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>What the run carries: some 200 bytes of JSON.</summary>
/// <param name="Number">Its place among all events, from 0, without a gap.</param>
/// <param name="SentAt">When it was published, as a timestamp of this process.</param>
/// <param name="Text">Ballast.</param>
internal sealed record SoakEvent(long Number, long SentAt, string Text)
{
    public const string Name = "soak.event";
    public const int Keys = 1_000;
    private const int BallastSize = 140;
    private static readonly string Ballast = new('x', BallastSize);

    public static SoakEvent Make(long number) => new(number, TimeProvider.System.GetTimestamp(), Ballast);

    /// <summary>Its key: a fixed number of them, each with an event in turn.</summary>
    public static string KeyOf(SoakEvent sent) => (sent.Number % Keys).ToString(CultureInfo.InvariantCulture);
}

[JsonSerializable(typeof(SoakEvent))]
internal sealed partial class SoakJson : JsonSerializerContext;
