using System.Globalization;

namespace EventBus.Transports;

/// <summary>
/// The headers that the bus puts beside the application's own on events in its internal topics, and takes off again. No published event may
/// have one.
/// </summary>
internal static class InternalHeaders
{
    public const string Prefix = "eventbus-";

    public const string Attempts = "eventbus-attempts";
    public const string FirstFailure = "eventbus-first-failure";
    public const string LastFailure = "eventbus-last-failure";
    public const string Origin = "eventbus-origin";
    public const string Redrives = "eventbus-redrives";
    public const string Replaced = "eventbus-replaced";
    public const string Letter = "eventbus-letter";
    public const string Place = "eventbus-place";
    public const string Due = "eventbus-due";
    public const string Group = "eventbus-group";
    public const string Handler = "eventbus-handler";
    public const string ExceptionType = "eventbus-exception-type";
    public const string ExceptionMessage = "eventbus-exception-message";
    public const string StackTrace = "eventbus-stack-trace";
    public const string State = "eventbus-state";
    public const string Reason = "eventbus-reason";
    public const string KeyOrder = "eventbus-key-order";
    public const string Unkeyed = "eventbus-unkeyed";

    public static bool IsInternal(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The application's headers alone.</summary>
    public static IReadOnlyDictionary<string, string> Strip(IReadOnlyDictionary<string, string> headers)
    {
        var own = headers.Where(header => !IsInternal(header.Key)).ToDictionary(StringComparer.Ordinal);
        return own.Count == 0 ? EventMetadata.NoHeaders : own;
    }

    /// <summary>The application's headers with others of the bus.</summary>
    public static Dictionary<string, string> With(
        IReadOnlyDictionary<string, string> headers, params ReadOnlySpan<(string Name, string? Value)> added)
    {
        var all = new Dictionary<string, string>(headers, StringComparer.Ordinal);
        foreach (var (name, value) in added)
        {
            if (value is not null)
            {
                all[name] = value;
            }
        }

        return all;
    }

    public static string? Text(IReadOnlyDictionary<string, string> headers, string name) => headers.GetValueOrDefault(name);

    public static int Number(IReadOnlyDictionary<string, string> headers, string name) =>
        int.TryParse(headers.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static DateTimeOffset? Time(IReadOnlyDictionary<string, string> headers, string name) =>
        DateTimeOffset.TryParseExact(
            headers.GetValueOrDefault(name), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;

    public static Position? PositionOf(IReadOnlyDictionary<string, string> headers, string name) =>
        Position.TryParse(headers.GetValueOrDefault(name), null, out var position) ? position : null;

    public static string? Print(int number) => number == 0 ? null : number.ToString(CultureInfo.InvariantCulture);

    public static string? Print(DateTimeOffset? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
