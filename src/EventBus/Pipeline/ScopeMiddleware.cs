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

    // A handler that ends at once, which most do, needs no state machine around it.
    private ValueTask InScopeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        ValueTask handling;
        try
        {
            context.Delivery.Services = scope.ServiceProvider;
            handling = next(context, cancellationToken);
        }
        catch (Exception exception)
        {
            handling = ValueTask.FromException(exception);
        }

        if (!handling.IsCompletedSuccessfully)
        {
            return AwaitAsync(handling, scope);
        }

        handling.GetAwaiter().GetResult();
        return scope.DisposeAsync();
    }

    private static async ValueTask AwaitAsync(ValueTask handling, AsyncServiceScope scope)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        finally
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}
