using EventBus.Conformance.Worlds;
using EventBus.DeadLetters;
using Microsoft.Extensions.Logging;

namespace EventBus.Conformance;

/// <summary>A bus of its own, with its own services, as another process would have it; the members of a test share its world.</summary>
public sealed class Member
{
    private readonly World _world;
    private readonly ServiceProvider _services;
    private readonly Lock _life = new();

    internal Member(string name, World world, Action<EventBusBuilder> configure)
    {
        Name = name;
        _world = world;
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(world.Warnings))
            .AddEventBus(bus =>
            {
                bus.Configure(options => options.InstanceName = name).Use(new JournalStep(world, this));
                configure(bus);
            })
            .Services.BuildServiceProvider();
    }

    /// <summary>The instance's name, which is its name in every group that it is a member of.</summary>
    public string Name { get; }

    /// <summary>The groups of the test; the member may belong to any of them.</summary>
    public IEnumerable<string> Groups => _world.GroupNames;

    internal bool IsDead { get; private set; }

    internal bool IsDisposed { get; private set; }

    internal IEventBus Bus => _services.GetRequiredService<IEventBus>();

    internal IEventPublisher Publisher => _services.GetRequiredService<IEventPublisher>();

    internal T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    internal IDeadLetters DeadLetters => _services.GetRequiredService<IDeadLetters>();

    internal IEventLog Log => _services.GetRequiredService<IEventLog>();

    internal Task StartAsync() => WithinAsync("to start", token => Bus.StartAsync(token));

    /// <summary>Stops as a host does: with time for the handlers.</summary>
    internal Task StopAsync() => WithinAsync("to stop", _ => Bus.StopAsync(CancellationToken.None));

    /// <summary>Stops without time for the handlers: their tokens fire at once.</summary>
    internal Task HurryAsync() => WithinAsync("to stop at once", _ => Bus.StopAsync(new CancellationToken(canceled: true)));

    /// <summary>Dies without a word: no handler of it begins or ends any more, and the broker takes it for dead.</summary>
    internal async Task KillAsync()
    {
        lock (_life)
        {
            IsDead = true;
        }

        await _world.KillAsync(this);

        // Only now, when nothing of it counts: its silent handlers have to go some time.
        _ = Bus.StopAsync(new CancellationToken(canceled: true));
    }

    /// <summary>Does something unless the member is dead; it does not die in between.</summary>
    internal bool WhileAlive(Action action)
    {
        lock (_life)
        {
            if (!IsDead)
            {
                action();
            }

            return !IsDead;
        }
    }

    internal Task DisposeAsync()
    {
        IsDisposed = true;
        return WithinAsync("to be disposed", async _ => await _services.DisposeAsync());
    }

    /// <summary>Ends the member, whatever state the test left it in.</summary>
    internal async Task AbandonAsync()
    {
        if (!IsDisposed)
        {
            await HurryAsync();
            await DisposeAsync();
        }
    }

    private async Task WithinAsync(string what, Func<CancellationToken, Task> action)
    {
        using var limit = new CancellationTokenSource(_world.Deadline, TimeProvider.System);
        try
        {
            await action(limit.Token).WaitAsync(_world.Deadline, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {_world.Deadline} for {Name} {what}{_world.Warnings}");
        }
    }
}
