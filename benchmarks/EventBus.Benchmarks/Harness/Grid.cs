using System.Text;

namespace EventBus.Benchmarks.Harness;

/// <summary>A table of text, printed as Markdown, which a terminal shows just as well: the columns are padded.</summary>
internal sealed class Grid(params string[] header)
{
    private readonly List<string[]> _rows = [];

    public bool Any => _rows.Count > 0;

    public Grid Add(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    public override string ToString()
    {
        var widths = header.Select((title, column) => _rows.Select(row => row[column].Length).Append(title.Length).Max()).ToArray();
        var text = new StringBuilder();
        AddLine(text, header, widths);
        AddLine(text, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var row in _rows)
        {
            AddLine(text, row, widths);
        }

        return text.ToString();
    }

    private static void AddLine(StringBuilder text, string[] cells, int[] widths)
    {
        for (var column = 0; column < cells.Length; column++)
        {
            text.Append("| ").Append(cells[column].PadRight(widths[column])).Append(' ');
        }

        text.Append("|\n");
    }
}
