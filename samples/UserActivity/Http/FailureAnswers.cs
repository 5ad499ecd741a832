using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace UserActivity.Http;

/// <summary>Answers in the service's shape where no endpoint does, unknown paths and exceptions included.</summary>
internal static class FailureAnswers
{
    public static void UseFailureAnswers(this WebApplication app)
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
            ExceptionHandler = AnswerAsync,
            StatusCodeSelector = exception =>
                exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            // What the client did wrong is no error of the service's.
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages(context => AnswerAsync(context.HttpContext));
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        return Answers.Failed(status, ReasonPhrases.GetReasonPhrase(status)).ExecuteAsync(context);
    }
}
