using System.Globalization;
using System.Text;

namespace EventBus.Benchmarks.Soak;

/// <summary>Draws memory, latency and lag over time, as SVG: one panel each under a common time.</summary>
internal sealed class SoakDrawing(IReadOnlyList<Sample> samples, TimeSpan warmUp)
{
    private const double Mebibyte = 1 << 20;
    private const int Width = 900;
    private const int PanelHeight = 200;
    private const int Left = 70;
    private const int Top = 40;
    private const int PlotWidth = Width - Left - 20;
    private const int PlotHeight = PanelHeight - Top - 25;
    private const int Lines = 4;
    private const int LegendStep = 160;
    private const double LeastMilliseconds = 0.1;
    private static readonly string[] Colours = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e5ea2", "#999999"];
    private readonly StringBuilder _svg = new();
    private readonly double _end = samples[^1].At.TotalMinutes;

    private int _panels;

    public string Draw()
    {
        DrawPanel(
            "memory, MiB",
            false,
            ("managed heap", static sample => sample.Memory.HeapBytes / Mebibyte),
            ("working set", static sample => sample.Memory.WorkingSetBytes / Mebibyte),
            ("server", static sample => sample.Memory.ServerBytes / Mebibyte));
        DrawPanel(
            "publish → handler, ms, a power of ten a line",
            true,
            ("ordered p50", static sample => sample.Ordered.P50.TotalMilliseconds),
            ("ordered p99", static sample => sample.Ordered.P99.TotalMilliseconds),
            ("competing p50", static sample => sample.Competing.P50.TotalMilliseconds),
            ("competing p99", static sample => sample.Competing.P99.TotalMilliseconds),
            ("PING p99", static sample => sample.PingP99.TotalMilliseconds));
        DrawPanel(
            "lag, events",
            false,
            ("ordered", static sample => sample.Ordered.Lag),
            ("competing", static sample => sample.Competing.Lag));
        var height = (_panels * PanelHeight) + 10;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="12">
            <rect width="{Width}" height="{height}" fill="white"/>
            {_svg}</svg>

            """;
    }

    private void DrawPanel(string title, bool isLogarithmic, params (string Name, Func<Sample, double> Figure)[] series)
    {
        var top = (_panels++ * PanelHeight) + Top;
        var most = series.Max(one => samples.Max(one.Figure));
        var (least, step) = isLogarithmic ? (Math.Log10(LeastMilliseconds), 1.0) : (0.0, Math.Max(1, Math.Ceiling(most / Lines)));
        var highest = isLogarithmic ? Math.Ceiling(Math.Log10(Math.Max(1, most))) : step * Lines;
        Add($"<text x=\"{Left}\" y=\"{top - 22}\" font-weight=\"bold\">{title}</text>");
        for (var at = least; at <= highest; at += step)
        {
            var label = isLogarithmic ? Math.Pow(10, at) : at;
            Add($"<line x1=\"{Left}\" x2=\"{Left + PlotWidth}\" y1=\"{Y(at):F1}\" y2=\"{Y(at):F1}\" stroke=\"#ddd\"/>");
            Add($"<text x=\"{Left - 6}\" y=\"{Y(at) + 4:F1}\" text-anchor=\"end\">{label:#,0.#}</text>");
        }

        Add($"<line x1=\"{X(warmUp):F1}\" x2=\"{X(warmUp):F1}\" y1=\"{top}\" y2=\"{top + PlotHeight}\" stroke=\"#888\" stroke-dasharray=\"3\"/>");
        foreach (var (i, (name, figure)) in series.Index())
        {
            var x = Left + (i * LegendStep);
            Add($"<text x=\"{x}\" y=\"{top - 7}\" fill=\"{Colours[i]}\">— {name}</text>");
            var points = string.Join(' ', samples.Select(sample => Text($"{X(sample.At):F1},{Y(Scaled(figure(sample))):F1}")));
            Add($"<polyline fill=\"none\" stroke=\"{Colours[i]}\" stroke-width=\"1.5\" points=\"{points}\"/>");
        }

        Add($"<text x=\"{Left}\" y=\"{top + PlotHeight + 15}\">0</text>");
        Add($"<text x=\"{Left + PlotWidth}\" y=\"{top + PlotHeight + 15}\" text-anchor=\"end\">{_end:F0} minutes</text>");

        double Scaled(double value) => isLogarithmic ? Math.Log10(Math.Max(LeastMilliseconds, value)) : value;

        double Y(double scaled) => top + (PlotHeight * (1 - ((scaled - least) / (highest - least))));
    }

    private double X(TimeSpan at) => Left + (PlotWidth * at.TotalMinutes / _end);

    private void Add(FormattableString line) => _svg.Append(Text(line)).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
