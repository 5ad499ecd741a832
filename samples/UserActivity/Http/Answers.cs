using System.Text.Json.Serialization.Metadata;
using UserActivity.Events;

namespace UserActivity.Http;

/// <summary>201: the event is stored.</summary>
internal sealed record Accepted(bool Success, ActivityEvent Event);

/// <summary>400: everything that is wrong with the request.</summary>
internal sealed record Refused(bool Success, IReadOnlyList<string> Errors);

/// <summary>Whatever else went wrong.</summary>
internal sealed record Failed(bool Success, string Error);

/// <summary>The service's answers.</summary>
internal static class Answers
{
    public static IResult Ok<T>(T value, JsonTypeInfo<T> json) => Results.Json(value, json);

    public static IResult Created(ActivityEvent activity) =>
        Results.Json(new Accepted(Success: true, activity), ServiceJson.Default.Accepted, statusCode: StatusCodes.Status201Created);

    public static IResult Refused(int status, params IReadOnlyList<string> errors) =>
        Results.Json(new Refused(Success: false, errors), ServiceJson.Default.Refused, statusCode: status);

    public static IResult Failed(int status, string error) =>
        Results.Json(new Failed(Success: false, error), ServiceJson.Default.Failed, statusCode: status);
}
