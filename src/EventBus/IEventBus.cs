using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventBus;

/// <summary>
/// The running bus. The Generic Host starts and stops it; without a host, resolve it and call <see cref="StartAsync()"/> and
/// <see cref="StopAsync()"/>. Disposing stops it first.
/// </summary>
public interface IEventBus : IHostedService, IAsyncDisposable
{
    /// <summary>
    /// Checks the wiring, opens the subscriptions and starts to handle events. Calling it again has no effect.
    /// <see cref="IHostedService.StartAsync"/> does the same, and takes a token.
    /// </summary>
    /// <remarks>A start that fails stops whatever it had started; it may be tried again.</remarks>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The wiring or a setting is wrong; it lists every mistake.</exception>
    sealed Task StartAsync() => StartAsync(CancellationToken.None);

    /// <summary>
    /// Stops cleanly: no new events are taken, running handlers end (they can still publish), what they finished is settled, and
    /// what was read ahead is released. Publishing goes on working until the bus is disposed.
    /// </summary>
    /// <remarks>
    /// The token of <see cref="IHostedService.StopAsync"/> ends the wait for handlers: their tokens are cancelled, and what they do not
    /// finish comes again after a restart. <see cref="EventBusOptions.DrainTimeout"/> does the same.
    /// </remarks>
    sealed Task StopAsync() => StopAsync(CancellationToken.None);

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

    /// <summary>
    /// Pauses a subscription on this instance: nothing more is read and no handler is started. What was read already, and what is due
    /// for another attempt, waits. A subscription that is paused before the start starts paused, and so it does after a stop.
    /// </summary>
    /// <remarks>
    /// <para>
    /// This instance stays a member of the group and keeps its partitions: other instances go on with theirs, and do not take these.
    /// Publishing is not affected. In memory the events that wait fill the topic up to <c>EventBus:InMemory:Capacity</c>, and then
    /// publishers wait too.
    /// </para>
    /// <para>Not to be awaited in one of the subscription's own handlers, for which it would wait. Stopping works while paused.</para>
    /// </remarks>
    /// <param name="name">The subscription's name.</param>
    /// <param name="cancellationToken">Gives up waiting for running handlers; the subscription stays paused.</param>
    /// <returns>Whether there is such a subscription. Completes when none of its handlers is running on this instance any more.</returns>
    Task<bool> PauseAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused subscription go on. One that is not paused goes on anyway.</summary>
    /// <param name="name">The subscription's name.</param>
    /// <param name="cancellationToken">Gives up waiting for another change of the bus's subscriptions.</param>
    /// <returns>Whether there is such a subscription.</returns>
    Task<bool> ResumeAsync(string name, CancellationToken cancellationToken = default);
}
