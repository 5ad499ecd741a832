namespace EventBus.PublicApi.Tests.Surface;

/// <summary>What differs between two surfaces, each line with the type that it belongs to.</summary>
internal static class LineDiff
{
    public static IEnumerable<string> Of(IReadOnlyList<string> reviewed, IReadOnlyList<string> actual)
    {
        var (before, after) = (Qualify(reviewed), Qualify(actual));
        var removed = before.Except(after).Select(line => (line.Type, line.Member, Sign: "-"));
        var added = after.Except(before).Select(line => (line.Type, line.Member, Sign: "+"));
        return removed.Concat(added)
            .OrderBy(line => line.Type, StringComparer.Ordinal)
            .ThenBy(line => line.Member, StringComparer.Ordinal)
            .Select(line => line.Member.Length > 0 ? $"{line.Sign} {line.Type}: {line.Member}" : $"{line.Sign} {line.Type}")
            .DefaultIfEmpty("(only the order of the lines differs)");
    }

    private static List<(string Type, string Member)> Qualify(IReadOnlyList<string> lines)
    {
        var type = string.Empty;
        List<(string, string)> qualified = [];
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            var isMember = char.IsWhiteSpace(line[0]);
            type = isMember ? type : line;
            qualified.Add(isMember ? (type.Split(" : ")[0], line.Trim()) : (type, string.Empty));
        }

        return qualified;
    }
}
