using EventBus.Tests.Idempotency;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Tests.CircuitBreaker;

/// <summary>A subscription with a circuit breaker, in virtual time, whose handler needs something that can be down.</summary>
internal sealed class BreakerRig : IAsyncDisposable
{
    public const int OpenedLine = 212;
    public const int HalfOpenedLine = 213;
    public const int ClosedLine = 214;
    public const int UncountedLine = 215;

    private volatile bool _isDown;
    private TestBus? _bus;

    public VirtualTime Time { get; } = new();

    public LogLines Log { get; } = new();

    /// <summary>Every call of the handler.</summary>
    public Seen<(int Number, int Attempt)> Calls { get; } = new();

    /// <summary>What the handler has handled, with the attempt that did it.</summary>
    public Seen<(string? Key, int Number, int Attempt)> Handled { get; } = new();

    /// <summary>What another subscription, without a circuit breaker, has handled.</summary>
    public Seen<int> Other { get; } = new();

    /// <summary>What comes before the dependency is asked; may throw on its own.</summary>
    public Func<Numbered, CancellationToken, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    public TestBus Bus => _bus!;

    public static async Task<BreakerRig> StartAsync(
        Action<SubscriptionBuilder> subscription, Action<EventBusBuilder>? bus = null, bool down = true)
    {
        var rig = new BreakerRig { IsDown = down };
        rig._bus = await TestBus.StartAsync(
            builder =>
            {
                bus?.Invoke(builder);
                builder.AddNumbered();
                subscription(builder.Subscription("s").Handle<Numbered>(rig.HandleAsync));
                builder.Subscription("other").HandleNumbersInto(rig.Other);
            },
            services => services.AddSingleton<TimeProvider>(rig.Time).AddSingleton(rig.Log.Factory()));
        return rig;
    }

    public async ValueTask HandleAsync(Numbered e, EventContext context, CancellationToken cancellationToken)
    {
        Calls.Add((e.Number, context.Attempt));
        await Before(e, cancellationToken);
        if (IsDown)
        {
            throw new InvalidOperationException("The dependency is down.");
        }

        Handled.Add((e.Key, e.Number, context.Attempt));
    }

    /// <summary>Publishes numbers from a first one on, each with a key of its own.</summary>
    public async Task PublishAsync(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            await Bus.Publisher.PublishAsync(new Numbered($"k{i}", i), TestContext.Current.CancellationToken);
        }
    }

    public Task OpenedAsync(int times = 1) => LoggedAsync(OpenedLine, times);

    public Task ClosedAsync(int times = 1) => LoggedAsync(ClosedLine, times);

    /// <summary>Lets the break pass, and waits until the circuit is half-open.</summary>
    public async Task BreakOverAsync(TimeSpan? duration = null)
    {
        var before = Log.CountOf(HalfOpenedLine);
        Time.Advance(duration ?? TimeSpan.FromSeconds(60));
        await LoggedAsync(HalfOpenedLine, before + 1);
    }

    /// <summary>Lets time go on, for retries that came to wait only after it had been moved.</summary>
    public Task HandledInTimeAsync(int count) => Eventually.ThatAsync(
        () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            return Handled.Items.Count == count;
        },
        $"{count} are handled");

    public Task LoggedAsync(int line, int times) =>
        Log.Seen.UntilAsync(lines => lines.Count(entry => entry.Id == line) >= times, $"{times} × log message {line}");

    public ValueTask DisposeAsync() => Bus.DisposeAsync();
}
