using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Testing;

public sealed partial class EventBusHarness
{
    /// <summary>Publishes an event. What it causes may not have happened yet: await <see cref="SettleAsync"/>.</summary>
    /// <param name="event">The event.</param>
    /// <param name="options">Its key, id, headers and so on; null for the contract's own.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Where it was stored.</returns>
    public async Task<Position> PublishAsync<T>(T @event, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        var publishing = _services.GetRequiredService<IEventPublisher>().PublishAsync(@event, options, cancellationToken).AsTask();
        if (!publishing.IsCompleted)
        {
            // It waits for room, or for time: both come only if the harness goes on.
            _ = publishing.ContinueWith(_ => _conductor.Change(static () => true), TaskScheduler.Default);
            await DriveAsync(Time.GetUtcNow() + _options.MaxTime, () => publishing.IsCompleted, cancellationToken).ConfigureAwait(false);
        }

        return await publishing.ConfigureAwait(false);
    }

    /// <summary>
    /// Completes when everything that was caused by what has been published has settled: no handler runs, and each subscription has settled
    /// every event that it reads. That is known by counting; nothing is waited for on the system's clock, except what handlers wait for there.
    /// </summary>
    /// <param name="advanceTime">
    /// Whether to move the virtual clock on whenever nothing but time is missing, to the next timer that is set: true by default, so that a
    /// retry in some hours comes at once. Otherwise it completes when all that is left waits for the clock.
    /// </param>
    /// <param name="cancellationToken">Gives up; for handlers that may wait for ever.</param>
    /// <exception cref="EventBusException">It does not settle: events cause each other without end, or go on waiting for time.</exception>
    /// <remarks>What a paused subscription has yet to handle is left alone, unless a timer would make it go on.</remarks>
    public async Task SettleAsync(bool advanceTime = true, CancellationToken cancellationToken = default)
    {
        await DriveAsync(advanceTime ? Time.GetUtcNow() + _options.MaxTime : null, isEnough: null, cancellationToken).ConfigureAwait(false);
        _journal.Restart();
    }

    /// <summary>
    /// Moves the virtual clock on, from timer to timer, and lets settle what each of them causes, except for what waits for a later time.
    /// </summary>
    /// <param name="by">How far; not negative.</param>
    /// <param name="cancellationToken">Gives up, with the clock wherever it is.</param>
    public async Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Time.GetUtcNow() + by;
        await SettleAsync(advanceTime: false, cancellationToken).ConfigureAwait(false);
        while (Time.NextDue is { } due && due <= target)
        {
            Time.AdvanceTo(due);
            await SettleAsync(advanceTime: false, cancellationToken).ConfigureAwait(false);
        }

        Time.AdvanceTo(target);
    }

    // On the thread pool: the steps and timers that it runs must not see the test's own context.
    private Task DriveAsync(DateTimeOffset? advanceUntil, Func<bool>? isEnough, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            await _driving.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await AdvanceAsync(advanceUntil, isEnough, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _driving.Release();
            }
        },
        cancellationToken);

    private async Task AdvanceAsync(DateTimeOffset? until, Func<bool>? isEnough, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _conductor.UntilQuietAsync(() => _journal.IsEndless || isEnough?.Invoke() == true, cancellationToken).ConfigureAwait(false);
            if (_journal.IsEndless)
            {
                throw new EventBusException(
                    $"It does not settle: more than {_options.MaxDeliveries} deliveries followed from what was published. Do events cause each "
                    + $"other without end? The last were of: {_journal.LastTypes()}. HarnessOptions.MaxDeliveries raises the limit.");
            }

            var isDone = isEnough?.Invoke() ?? _transport.Unsettled == 0;
            if (isDone || until is null || Time.NextDue is not { } due)
            {
                return;
            }

            if (due > until)
            {
                throw new EventBusException(
                    $"It does not settle: {_transport.Unsettled} events are still waiting after {_options.MaxTime} of virtual time, and the next "
                    + $"timer is due at {due:O}. HarnessOptions.MaxTime raises the limit.");
            }

            Time.AdvanceTo(due);
        }
    }
}
