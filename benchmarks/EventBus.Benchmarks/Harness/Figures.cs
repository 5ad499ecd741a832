using System.Globalization;

namespace EventBus.Benchmarks.Harness;

/// <summary>How figures are written.</summary>
internal static class Figures
{
    private const double Million = 1_000_000;
    private const double Thousand = 1_000;

    public static string Rate(double perSecond) =>
        perSecond >= Million ? Text($"{perSecond / Million:F2} M/s") : Text($"{perSecond / Thousand:F1} k/s");

    public static string Bytes(double perEvent) => Text($"{perEvent:N0} B");

    public static string Ratio(double ratio) => Text($"{ratio:F2}");

    public static string Microseconds(double microseconds) => Text($"{microseconds:N2} µs");

    public static string Count(long count) => Text($"{count:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
