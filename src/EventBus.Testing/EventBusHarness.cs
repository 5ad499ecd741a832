using EventBus.Consuming;
using EventBus.DependencyInjection;
using EventBus.Retry;
using EventBus.Testing.Running;
using EventBus.Transports;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Testing;

/// <summary>
/// Runs an application's bus in memory under virtual time, and knows by counting when everything that was caused by what was published has
/// settled. Give it the registration that the application uses, and substitutes for whatever the handlers must not reach.
/// </summary>
/// <remarks>
/// Whatever transport the registration chose, events go through a broker in memory that is the harness's own. Hosted services other than the
/// bus are not started.
/// </remarks>
public sealed partial class EventBusHarness : IAsyncDisposable
{
    // How long handlers that ignore their token may take to end, on the system's clock.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _driving = new(1, 1);
    private readonly HarnessOptions _options;
    private readonly ServiceProvider _services;
    private readonly Conductor _conductor;
    private readonly Journal _journal;
    private readonly PlannedFailures _failures = new();
    private WatchedTransport _transport = null!;

    private EventBusHarness(Action<IServiceCollection> configure, HarnessOptions options)
    {
        _options = options;
        _conductor = new Conductor(options.Seed);
        _journal = new Journal(options.MaxDeliveries);
        Time = new VirtualTimeProvider(options.StartTime);
        var services = new ServiceCollection();
        configure(services);
        services.AddEventBus();
        var registration = (BusRegistration)services
            .First(static service => service.ServiceType == typeof(BusRegistration)).ImplementationInstance!;
        registration.Use(CreateTransport);
        registration.Innermost.Add(_ => new ObservingStep(_conductor, _journal, _failures));
        services.PostConfigure<InMemoryOptions>(memory => memory.RoundTripJson = options.RoundTripJson);
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IActivityProbe>(_conductor);

        // Retries come after the whole of their delay, so that a test can say when.
        services.AddSingleton(new Jitter(static () => 1));
        _services = services.BuildServiceProvider();
    }

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => _services;

    /// <summary>The clock of the bus, and of whatever takes its <see cref="TimeProvider"/> from the services.</summary>
    public VirtualTimeProvider Time { get; }

    /// <summary>The bus.</summary>
    public IEventBus Bus => _services.GetRequiredService<IEventBus>();

    /// <summary>Builds the application's services, with a bus that has started.</summary>
    /// <param name="configure">Registers the application's services and its bus, e.g. <c>services => services.AddShop()</c>.</param>
    /// <param name="options">How to run; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<EventBusHarness> StartAsync(
        Action<IServiceCollection> configure, HarnessOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var harness = new EventBusHarness(configure, options ?? new HarnessOptions());
        try
        {
            await harness.Bus.StartAsync(cancellationToken).ConfigureAwait(false);
            return harness;
        }
        catch
        {
            await harness.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes the next attempts at an event fail before their handlers are called.</summary>
    /// <typeparam name="TEvent">The event's type, or a base of it.</typeparam>
    /// <param name="times">How many attempts fail, counted over all events of the type.</param>
    /// <param name="exception">What they fail with; null for an <see cref="InvalidOperationException"/>.</param>
    /// <param name="subscription">Whose attempts; null for any.</param>
    public void Fail<TEvent>(int times = 1, Exception? exception = null, string? subscription = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        _failures.Add<TEvent>(times, exception, subscription);
    }

    /// <summary>Stops the bus at once, with what it was doing, and disposes the services.</summary>
    public async ValueTask DisposeAsync()
    {
        _conductor.Release();
        var stopping = Bus.StopAsync(new CancellationToken(canceled: true));
        await Task.WhenAny(stopping, Task.Delay(StopGrace, TimeProvider.System)).ConfigureAwait(false);
        while (!stopping.IsCompleted)
        {
            // The bus gives up handlers that go on regardless after a time of its own clock.
            Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await stopping.ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
        _driving.Dispose();
    }

    private WatchedTransport CreateTransport(IServiceProvider services)
    {
        var memory = InMemoryRegistration.CreateTransport(services);
        var carrier = _options.Faults?.Wrap(memory, Time) ?? memory;
        _transport = new WatchedTransport(carrier, (ILagTransport)memory, _conductor, _journal, Time);
        _conductor.Watch(_transport.Unread);
        return _transport;
    }
}
