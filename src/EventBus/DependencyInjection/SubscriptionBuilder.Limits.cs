using System.Threading.RateLimiting;
using EventBus;
using EventBus.Pipeline;

namespace Microsoft.Extensions.DependencyInjection;

/// <content>Going easy on what the handlers need.</content>
public sealed partial class SubscriptionBuilder
{
    /// <summary>
    /// Stops handling events when handlers fail again and again: the circuit opens, nothing is read or started, no attempt counts and no
    /// event is given up. After <see cref="CircuitBreakerOptions.BreakDuration"/> single events try whether it works again.
    /// </summary>
    /// <param name="configure">
    /// Changes the settings; configuration under <c>EventBus:Subscriptions:NAME:CircuitBreaker</c> wins over it.
    /// </param>
    /// <param name="fallback">
    /// Handles the events that come while the circuit is not closed, in place of letting them wait: one is acknowledged when it returns, and
    /// fails as usual when it throws. It is called outside of <see cref="CircuitBreakerOptions.CallTimeout"/>. Null lets them wait.
    /// </param>
    public SubscriptionBuilder WithCircuitBreaker(
        Action<CircuitBreakerOptions>? configure = null, ConsumeDelegate? fallback = null)
    {
        _subscription.Fallback = fallback ?? _subscription.Fallback;
        return Configure(options =>
        {
            options.CircuitBreaker ??= new CircuitBreakerOptions();
            configure?.Invoke(options.CircuitBreaker);
        });
    }

    /// <summary>
    /// Lets every attempt wait for a permit. A plain number of events a second is <see cref="SubscriptionOptions.MaxPerSecond"/>. The
    /// permit is given back when the attempt has ended, so that a limiter of concurrency works too.
    /// </summary>
    /// <param name="limiter">The limiter; several subscriptions may share it. The application disposes it.</param>
    public SubscriptionBuilder WithRateLimit(RateLimiter limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        return WithRateLimit(_ => limiter);
    }

    /// <inheritdoc cref="WithRateLimit(RateLimiter)"/>
    /// <param name="limiter">Gives the limiter, once for the subscription, from the application's services.</param>
    public SubscriptionBuilder WithRateLimit(Func<IServiceProvider, RateLimiter> limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _subscription.RateLimiter = limiter;
        return this;
    }
}
