using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;

namespace Shop.Http;

/// <summary>
/// A request's JSON object, read field by field. Mistakes are collected and told all at once by <see cref="Refused"/>; until
/// then a field that is wrong reads as an empty value.
/// </summary>
internal sealed class JsonBody
{
    private readonly JsonElement _json;
    private readonly string _path;
    private readonly SortedDictionary<string, string[]> _errors;
    private IResult? _unreadable;

    private JsonBody(JsonElement json, string path, SortedDictionary<string, string[]> errors)
    {
        _json = json;
        _path = path;
        _errors = errors;
    }

    /// <summary>Reads the body for an endpoint's parameter.</summary>
    public static async ValueTask<JsonBody> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Unreadable(StatusCodes.Status415UnsupportedMediaType, "Send the body as application/json.");
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonBody(document.RootElement.Clone(), "", new(StringComparer.Ordinal))
                : Unreadable(StatusCodes.Status400BadRequest, "The body must be a JSON object.");
        }
        catch (JsonException malformed)
        {
            return Unreadable(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture,
                $"The body is not valid JSON: line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}."));
        }
    }

    /// <summary>The answer to a request with mistakes: 400 with all of them, by field; null when there are none.</summary>
    public IResult? Refused() => _unreadable ?? (_errors.Count == 0 ? null : Results.ValidationProblem(_errors));

    /// <summary>Adds a mistake that only the caller can see.</summary>
    public void Refuse(string field, string rule) => _errors[_path + field] = [$"{_path}{field} {rule}."];

    public bool Has(string field) => Find(field) is not null;

    public void RequireAny(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Has(field))
            {
                return;
            }
        }

        _errors[_path] = [$"At least one of {string.Join(", ", fields!)} is required."];
    }

    public string Text(string field, int maxLength) =>
        Read(field, $"a text of 1 to {maxLength} characters", json =>
            TextOf(json) is { Length: > 0 } text && text.Length <= maxLength ? text : null) ?? "";

    public string Email(string field) =>
        Read(field, "an e-mail address", json =>
            TextOf(json) is { Length: > 0 and <= 254 } text && new EmailAddressAttribute().IsValid(text) ? text : null) ?? "";

    public string OneOf(string field, IReadOnlyList<string> values) =>
        Read(field, $"one of {string.Join(", ", values)}", json => TextOf(json) is { } text && values.Contains(text) ? text : null) ?? "";

    public int WholeNumber(string field, int min, int max) =>
        Read(field, $"a whole number from {min} to {max}", json =>
            json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) && number >= min && number <= max
                ? number : (int?)null) ?? 0;

    public decimal Amount(string field) =>
        Read(field, "a number that is not negative", json =>
            json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number) && number >= 0
                ? number : (decimal?)null) ?? 0;

    /// <summary>The objects of a list that must not be empty, each to be read in the same way.</summary>
    public IEnumerable<JsonBody> List(string field, int maxCount)
    {
        var list = Read(field, $"a list of 1 to {maxCount} objects", json =>
            json.ValueKind == JsonValueKind.Array && json.GetArrayLength() is > 0 and var count && count <= maxCount
                && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
                ? json : (JsonElement?)null);
        return list?.EnumerateArray().Select((item, index) => new JsonBody(item, $"{_path}{field}[{index}].", _errors)) ?? [];
    }

    private static JsonBody Unreadable(int status, string detail) =>
        new(default, "", new(StringComparer.Ordinal)) { _unreadable = Results.Problem(detail, statusCode: status) };

    private static string? TextOf(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString()!.Trim() : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: valid JSON, and no text.
            return null;
        }
    }

    private JsonElement? Find(string field)
    {
        try
        {
            return _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(field, out var json)
                && json.ValueKind != JsonValueKind.Null ? json : null;
        }
        catch (InvalidOperationException)
        {
            // The same, in the name of a field.
            return null;
        }
    }

    private T? Read<T>(string field, string rule, Func<JsonElement, T?> read)
    {
        if (Find(field) is not { } json)
        {
            Refuse(field, $"is required and must be {rule}");
            return default;
        }

        if (read(json) is { } value)
        {
            return value;
        }

        Refuse(field, $"must be {rule}");
        return default;
    }
}
