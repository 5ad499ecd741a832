using Microsoft.Extensions.DependencyInjection;

namespace EventBus;

/// <summary>
/// The running bus. The Generic Host starts and stops it; without a host, resolve it and call <see cref="StartAsync"/> and
/// <see cref="StopAsync"/>. Disposing stops it first.
/// </summary>
public interface IEventBus : IAsyncDisposable
{
    /// <summary>Checks the wiring, opens the subscriptions and starts to handle events. Calling it again has no effect.</summary>
    /// <remarks>A start that fails stops whatever it had started; it may be tried again.</remarks>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The wiring or a setting is wrong; it lists every mistake.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops cleanly: no new events are taken, running handlers end (they can still publish), what they finished is settled, and
    /// what was read ahead is released. Publishing goes on working until the bus is disposed.
    /// </summary>
    /// <param name="cancellationToken">
    /// Ends the wait for handlers: their tokens are cancelled, and what they do not finish comes again after a restart.
    /// <see cref="EventBusOptions.DrainTimeout"/> does the same.
    /// </param>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds a subscription, while the bus runs or before it is started.</summary>
    /// <param name="name">The subscription's name: its consumer group.</param>
    /// <param name="configure">Its handlers and options. Handlers that are classes must be registered as services already.</param>
    /// <param name="cancellationToken">Gives up waiting for the transport.</param>
    /// <returns>
    /// Completes when the subscription has joined its group: what is published afterwards reaches it. Before the bus is started, when the
    /// subscription has been checked; it joins at the start.
    /// </returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The subscription is wrong, or the name is taken.</exception>
    Task SubscribeAsync(string name, Action<SubscriptionBuilder> configure, CancellationToken cancellationToken = default);

    /// <summary>Drains a subscription and removes it from this bus. Its group keeps its positions on the transport.</summary>
    /// <remarks>Not to be awaited in one of its own handlers, for which it would wait.</remarks>
    /// <returns>Whether there was such a subscription.</returns>
    Task<bool> UnsubscribeAsync(string name, CancellationToken cancellationToken = default);
}
