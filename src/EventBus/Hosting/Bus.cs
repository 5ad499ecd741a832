using EventBus.Consuming;
using EventBus.DependencyInjection;
using EventBus.Diagnostics;
using EventBus.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Hosting;

/// <inheritdoc cref="IEventBus"/>
/// <remarks>Owns the transport and the subscriptions' runners: whatever is started here is stopped here, the transport last.</remarks>
internal sealed class Bus : IEventBus, IDisposable
{
    private readonly SubscriptionFactory _factory;
    private readonly BusSettings _settings;
    private readonly BusMeter _meter;
    private readonly ILogger _log;
    private readonly Lazy<IEventTransport> _transport;

    // One change of the subscriptions at a time; the dictionary changes only under it.
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Dictionary<string, SubscriptionRunner> _runners = new(StringComparer.Ordinal);
    private readonly List<Subscription> _added = [];
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private volatile bool _started;
    private volatile bool _disposed;

    public Bus(BusSettings settings, SubscriptionFactory factory, Func<IEventTransport> transport, BusMeter meter, ILogger log)
    {
        _settings = settings;
        _factory = factory;
        _meter = meter;
        _log = log;
        _transport = new Lazy<IEventTransport>(transport);
    }

    /// <summary>Whether the bus has been started and not stopped.</summary>
    public bool IsRunning => _started;

    /// <exception cref="ObjectDisposedException">The bus has been disposed.</exception>
    public IEventTransport Transport
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(IEventBus));
            return _transport.Value;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        if (_started)
        {
            return;
        }

        var subscriptions = _factory.CreateRegistered();
        try
        {
            await Transport.ConnectAsync(cancellationToken).ConfigureAwait(false);
            foreach (var subscription in subscriptions.Concat(_added))
            {
                await RunAsync(subscription, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await StopAllAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        _started = true;
        _log.BusStarted(_runners.Count);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var change = await ChangeAsync(CancellationToken.None).ConfigureAwait(false);
        if (_started)
        {
            await StopAllAsync(_settings.DrainTimeout, cancellationToken).ConfigureAwait(false);
            _started = false;
            _log.BusStopped();
        }
    }

    public async Task SubscribeAsync(
        string name, Action<SubscriptionBuilder> configure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var subscription = _factory.CreateAdded(name, configure, _runners.Keys.Concat(_added.Select(added => added.Name)));
        if (_started)
        {
            await RunAsync(subscription, cancellationToken).ConfigureAwait(false);
        }

        _added.Add(subscription);
    }

    public async Task<bool> UnsubscribeAsync(string name, CancellationToken cancellationToken = default)
    {
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var known = _added.RemoveAll(added => string.Equals(added.Name, name, StringComparison.Ordinal)) > 0 | _factory.Exclude(name);
        _paused.Remove(name);
        if (_runners.Remove(name, out var runner))
        {
            using var stopped = runner;
            await runner.StopAsync(_settings.DrainTimeout, cancellationToken).ConfigureAwait(false);
            _meter.Remove(name);
        }

        return known;
    }

    public async Task<bool> PauseAsync(string name, CancellationToken cancellationToken = default)
    {
        Task? quiet = null;
        using (await ChangeAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!Knows(name))
            {
                return false;
            }

            _paused.Add(name);
            if (_runners.TryGetValue(name, out var runner))
            {
                quiet = runner.PauseAsync();
            }
        }

        // Not while other changes wait: a stop must be possible meanwhile.
        await (quiet ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> ResumeAsync(string name, CancellationToken cancellationToken = default)
    {
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        if (_paused.Remove(name) && _runners.TryGetValue(name, out var runner))
        {
            runner.Resume();
        }

        return Knows(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        using var change = await ChangeAsync(CancellationToken.None, evenIfDisposed: true).ConfigureAwait(false);
        if (!_disposed)
        {
            _disposed = true;
            if (_transport.IsValueCreated)
            {
                await _transport.Value.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>For containers that are disposed synchronously.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async Task RunAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var runner = new SubscriptionRunner(subscription, Transport, _settings.InstanceName);
        if (_paused.Contains(subscription.Name))
        {
            _ = runner.PauseAsync();
        }

        await runner.StartAsync(cancellationToken).ConfigureAwait(false);
        _runners.Add(subscription.Name, runner);
    }

    private async Task StopAllAsync(TimeSpan drainTimeout, CancellationToken hurry)
    {
        await Task.WhenAll(_runners.Values.Select(async runner =>
        {
            using var stopped = runner;
            await runner.StopAsync(drainTimeout, hurry).ConfigureAwait(false);
        })).ConfigureAwait(false);
        _runners.Clear();
    }

    private bool Knows(string name) =>
        _factory.Knows(name) || _added.Exists(added => string.Equals(added.Name, name, StringComparison.Ordinal));

    private async Task<Change> ChangeAsync(CancellationToken cancellationToken, bool evenIfDisposed = false)
    {
        ObjectDisposedException.ThrowIf(_disposed && !evenIfDisposed, typeof(IEventBus));
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Change(_changing);
    }

    private readonly struct Change(SemaphoreSlim changing) : IDisposable
    {
        public void Dispose() => changing.Release();
    }
}
