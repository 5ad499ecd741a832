using System.Reflection;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>An assembly's public surface as text: a line for each type and an indented one for each member, sorted.</summary>
/// <remarks>What the compiler adds to a record is left out: the word "record" says it.</remarks>
internal static class ApiText
{
    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        List<string> lines = [];
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.ToString(), StringComparer.Ordinal))
        {
            if (lines.Count > 0)
            {
                lines.Add(string.Empty);
            }

            lines.Add(TypeText.Declaration(type));
            lines.AddRange(MemberText.Of(type)
                .OrderBy(member => member.Name, StringComparer.Ordinal)
                .ThenBy(member => member.Text, StringComparer.Ordinal)
                .Select(member => $"    {member.Text}"));
        }

        return lines;
    }
}
