using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Pipeline;

/// <summary>Gives an attempt a scope of services of its own, which its middleware and handlers share.</summary>
/// <param name="scopes">Makes the scopes.</param>
/// <param name="forAll">Whether every attempt gets one, and not only those whose handlers ask for it.</param>
internal sealed class ScopeMiddleware(IServiceScopeFactory scopes, bool forAll) : IConsumeMiddleware
{
    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken) =>
        forAll || context.Delivery.Route.NeedsScope
            ? InScopeAsync(context, next, cancellationToken)
            : next(context, cancellationToken);

    private async ValueTask InScopeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        try
        {
            context.Delivery.Services = scope.ServiceProvider;
            await next(context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}
