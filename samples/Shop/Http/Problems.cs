using EventBus;
using Microsoft.AspNetCore.Builder;

namespace Shop.Http;

/// <summary>Errors as problem details (RFC 9457).</summary>
internal static class Problems
{
    public static IResult NotFound(string what, string id) =>
        Results.Problem($"There is no {what} with the id '{id}'.", statusCode: StatusCodes.Status404NotFound);

    public static IResult Conflict(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status409Conflict);

    /// <summary>Makes problem details of what no endpoint answered, unknown paths and exceptions included.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            {
                app.Logger.Refused(context.Request.Method, context.Request.Path, context.Response.StatusCode);
            }
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = exception => exception switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                PublishException => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
            // What the client did wrong is no error of the shop's.
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages();
    }
}
