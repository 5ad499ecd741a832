using System.Globalization;

namespace EventBus.Shared.Processes;

/// <summary>A line of a journal: <c>KIND START END PID KEY NUMBER ATTEMPT TEXT</c>.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Start">When it began, on the clock of <see cref="Journal.Now"/>.</param>
/// <param name="End">When it was over.</param>
/// <param name="Process">The process's id.</param>
/// <param name="Event">The event; an empty one where there is none.</param>
/// <param name="Attempt">Which attempt it was.</param>
/// <param name="Text">What was logged.</param>
public sealed record JournalLine(JournalKind Kind, long Start, long End, int Process, Counted Event, int Attempt, string Text)
{
    private const int Parts = 8;
    private static readonly Counted s_none = new("-", 0);

    public static JournalLine Of(JournalKind kind, string text = "") =>
        new(kind, Journal.Now, Journal.Now, Environment.ProcessId, s_none, 0, text);

    public static JournalLine Of(JournalKind kind, long start, Counted @event, int attempt) =>
        new(kind, start, Journal.Now, Environment.ProcessId, @event, attempt, string.Empty);

    public static JournalLine Parse(string line)
    {
        var parts = line.Split(' ', Parts);
        return new JournalLine(
            Enum.Parse<JournalKind>(parts[0]), Number(parts[1]), Number(parts[2]), (int)Number(parts[3]),
            new Counted(parts[4], (int)Number(parts[5])), (int)Number(parts[6]), parts[7]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind} {Start} {End} {Process} {Event.Key} {Event.Number} {Attempt} {Text}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
