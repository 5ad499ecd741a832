using System.Globalization;
using EventBus;

namespace Shop.Demo;

/// <summary>Prints the hops as a table of at most 100 columns; in colour only on a terminal.</summary>
internal sealed class Report(TextWriter output, bool colour)
{
    private const int Width = 100;
    private const int PositionWidth = 26;

    public void Start(string transport, string url, string health)
    {
        output.WriteLine($"The shop runs at {url} on the {transport} transport. GET /health: {health}");
        output.WriteLine();
        output.WriteLine(Bold(Row("HOP", "WHO", "EVENT", "POSITION", "STEMS FROM", "AFTER")));
        output.WriteLine(new string('─', Width - 1));
    }

    public void Show(Trace trace)
    {
        output.WriteLine(Bold(Fit($"{trace.Request.Line}  {trace.Request.Body}".TrimEnd(), Width - 1)));
        foreach (var hop in trace.Hops)
        {
            var after = hop.SeenAt - trace.Request.Sent;
            var row = Row(hop.Stage, hop.Who, Short(hop.Event), hop.Position?.ToString() ?? "", Short(hop.Cause),
                after is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms") : "missing");
            output.WriteLine(hop.Missing is null ? row : Red(row));
        }

        output.WriteLine();
    }

    /// <summary>Says how it went, and names what is missing.</summary>
    public void End(IReadOnlyList<Trace> traces, TimeSpan deadline)
    {
        var missing = traces.Where(trace => trace.Missing is not null).ToArray();
        foreach (var trace in missing)
        {
            var (request, hop) = (trace.Request, trace.Missing!);
            var what = hop.Event is { } id ? $"Event {Short(id)}" : $"What stems from event {Short(request.EventId)}";
            output.WriteLine(Red($"Missing hop: {hop.Stage} ({hop.Who}) of {request.Endpoint}"));
            output.WriteLine(Red(string.Create(CultureInfo.InvariantCulture,
                $"  {what} {hop.Missing}, {deadline.TotalSeconds:0.#} s after the last request.")));
        }

        var seen = traces.Sum(trace => trace.Hops.Count(hop => hop.Missing is null));
        output.WriteLine(missing.Length == 0
            ? Green($"{traces.Count} requests, {seen} hops: every hop was seen.")
            : Red($"{traces.Count} requests, {seen} hops seen; {missing.Length} events did not go the whole way."));
    }

    // A UUIDv7 begins with the time, which neighbours share; its end tells them apart.
    private static string Short(EventIdentity? id) =>
        id?.ToString(null, CultureInfo.InvariantCulture) is { } text ? text[Math.Max(0, text.Length - 8)..] : "";

    private static string Row(string hop, string who, string id, string position, string cause, string after) =>
        $"  {hop,-13} {Fit(who, 23),-23} {id,-9} {FitPosition(position),-26} {cause,-11} {after,11}";

    private static string Fit(string text, int width) => text.Length <= width ? text : $"{text[..(width - 1)]}…";

    // Of a position that is too long the end tells more than the middle.
    private static string FitPosition(string position) => position.Length <= PositionWidth
        ? position
        : $"{position[..(position.IndexOf('@', StringComparison.Ordinal) + 1)]}…" is var start && start.Length < PositionWidth
            ? start + position[^(PositionWidth - start.Length)..]
            : Fit(position, PositionWidth);

    private string Bold(string text) => Style(text, 1);

    private string Red(string text) => Style(text, 31);

    private string Green(string text) => Style(text, 32);

    private string Style(string text, int code) =>
        colour ? string.Create(CultureInfo.InvariantCulture, $"\u001b[{code}m{text}\u001b[0m") : text;
}
