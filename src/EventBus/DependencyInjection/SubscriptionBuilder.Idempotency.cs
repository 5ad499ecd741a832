using EventBus;
using EventBus.Idempotency;

namespace Microsoft.Extensions.DependencyInjection;

/// <content>Handling an event once, however often it comes.</content>
public sealed partial class SubscriptionBuilder
{
    /// <summary>
    /// Does not handle an event whose id this group has handled to its end within <see cref="SubscriptionOptions.IdempotencyWindow"/>, by
    /// any member that shares the <see cref="IIdempotencyStore"/>: it is acknowledged unhandled. While it is being handled, another
    /// delivery of it is put back. A run that fails frees the id. Middleware of the application runs behind this step.
    /// </summary>
    public SubscriptionBuilder WithIdempotency()
    {
        _subscription.IsIdempotent = true;
        return this;
    }

    /// <summary>
    /// The same by a business key, which tells events of one contract apart in place of their ids; events that are no
    /// <typeparamref name="TEvent"/> keep their ids. The same key under two contracts is two keys.
    /// </summary>
    /// <typeparam name="TEvent">The events' type, or a base type or interface of several.</typeparam>
    /// <param name="key">
    /// Gives the key, e.g. the number of a transfer. It is called for every attempt. Null or an empty text fails the
    /// event for good, as <see cref="DoNotRetryException"/> does.
    /// </param>
    public SubscriptionBuilder WithIdempotency<TEvent>(Func<TEvent, string> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _subscription.IdempotencyKeys.Add(new IdempotencySelector<TEvent>(key));
        return WithIdempotency();
    }

    /// <summary>
    /// Stores what handlers publish together with the settlement of the event that they handle: <see cref="SubscriptionOptions.ExactlyOnce"/>. What an
    /// attempt has published is kept until it succeeds, and forgotten when it fails; the position that publishing returns has no partition
    /// (-1) and no offset yet. What handlers do elsewhere, in a database or by a call, is not part of it.
    /// </summary>
    public SubscriptionBuilder WithExactlyOnce() => Configure(static options => options.ExactlyOnce = true);
}
