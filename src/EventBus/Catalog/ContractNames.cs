using System.Text;

namespace EventBus.Catalog;

/// <summary>The rule for contract names: words of letters, digits, '-' and '_', parted by dots.</summary>
internal static class ContractNames
{
    /// <summary>Tells what is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string? name) => name switch
    {
        null or "" => "is empty",
        _ when name.Split('.').Any(string.IsNullOrEmpty) => "has an empty word",
        _ when name.AsSpan().IndexOfAnyExcept(Characters) >= 0 => "has a character other than a-z, A-Z, 0-9, '.', '_' and '-'",
        _ => null,
    };

    /// <summary>Makes <c>user.registered</c> of <c>UserRegistered</c>, for messages that say which line to add.</summary>
    public static string Suggest(string typeName)
    {
        var name = new StringBuilder();
        foreach (var character in typeName.TakeWhile(character => character != '`'))
        {
            if (char.IsUpper(character) && name.Length > 0)
            {
                name.Append('.');
            }

            name.Append(char.ToLowerInvariant(character));
        }

        return name.ToString();
    }

    private static System.Buffers.SearchValues<char> Characters { get; } =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
}
