using System.Collections.Concurrent;
using EventBus.Conformance.Events;

namespace EventBus.Conformance.Worlds;

/// <summary>What one test sees: a transport's world, the members that the test made in it, and what they handled.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}";
    private readonly TransportWorld _transport;
    private readonly ConcurrentDictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Member> _members = [];
    private readonly Lazy<Member> _outside;
    private int _names;

    public World(TransportWorld transport, TimeSpan deadline, bool keepsOrder)
    {
        KeepsOrder = keepsOrder;
        _transport = transport;
        Deadline = deadline;
        _outside = new Lazy<Member>(() => Create());
    }

    public TimeSpan Deadline { get; }

    public bool KeepsOrder { get; }

    public Changes Changes { get; } = new();

    public Warnings Warnings { get; } = new();

    public int Partitions => _transport.Partitions;

    /// <summary>A bus without subscriptions, which is never started: who publishes, reads and seeks from outside.</summary>
    public Member Outside => _outside.Value;

    public IEventLog Log => Outside.Log;

    public IEnumerable<string> GroupNames => _groups.Keys;

    public string NumberedTopic => Topic("numbered");

    public string Topic(string name) => $"{_prefix}.{name}";

    /// <summary>A group of this world, by its short or its whole name.</summary>
    public Group Group(string name = "group") =>
        _groups.GetOrAdd(name.StartsWith(_prefix, StringComparison.Ordinal) ? name : $"{_prefix}.{name}", whole => new Group(whole, this));

    /// <summary>A bus of this world that has not been started.</summary>
    public Member Create(Action<EventBusBuilder>? configure = null)
    {
        var member = new Member($"m{Interlocked.Increment(ref _names)}.{_prefix}", this, bus =>
        {
            _transport.Configure(bus);
            bus.Event("conformance.numbered", ConformanceJson.Default.Numbered, NumberedTopic, @event => @event.Key)
                .Event("conformance.user.registered", ConformanceJson.Default.UserRegistered, Topic("user.registered"))
                .Event("conformance.user.deleted", ConformanceJson.Default.UserDeleted, Topic("user.deleted"))
                .Event("conformance.address.changed", ConformanceJson.Default.AddressChanged, Topic("user.address.changed"))
                .Event("conformance.order.placed", ConformanceJson.Default.OrderPlaced, Topic("order.placed"))
                .Event("conformance.text", ConformanceJson.Default.Text, Topic("text"))
                .Event("conformance.nothing", ConformanceJson.Default.Nothing, Topic("nothing"))
                .Event("conformance.blob", ConformanceJson.Default.Blob, Topic("blob"));
            configure?.Invoke(bus);
        });
        _members.Enqueue(member);
        return member;
    }

    /// <summary>A bus of this world, started.</summary>
    public async Task<Member> StartAsync(Action<EventBusBuilder> configure)
    {
        var member = Create(configure);
        await member.StartAsync();
        return member;
    }

    /// <summary>Some buses of this world, started, with their group at rest.</summary>
    public async Task<Member[]> StartAsync(int count, Group group, Action<EventBusBuilder> configure)
    {
        var members = new Member[count];
        for (var i = 0; i < count; i++)
        {
            members[i] = await StartAsync(configure);
        }

        await _transport.UntilSteadyAsync(group.Name, count);
        return members;
    }

    /// <summary>Publishes one by one, each after the one before has been stored.</summary>
    public async Task<Position[]> PublishAllAsync<T>(IReadOnlyList<T> events)
        where T : notnull
    {
        var positions = new Position[events.Count];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = await Outside.Publisher.PublishAsync(events[i]).AsTask().WaitAsync(Deadline, TimeProvider.System);
        }

        return positions;
    }

    public async Task<Position> PublishAsync<T>(T @event, PublishOptions? options = null)
        where T : notnull => await Outside.Publisher.PublishAsync(@event, options).AsTask().WaitAsync(Deadline, TimeProvider.System);

    /// <summary>Publishes in one call.</summary>
    public Task<Position[]> PublishBatchAsync<T>(T[] events, Member? by = null)
        where T : notnull => (by ?? Outside).Publisher.PublishBatchAsync(events).AsTask().WaitAsync(Deadline, TimeProvider.System);

    /// <summary>Reads what a topic holds now.</summary>
    public async Task<List<LogEntry>> ReadAsync(string topic, SeekTarget from = default)
    {
        using var limit = new CancellationTokenSource(Deadline, TimeProvider.System);
        var entries = new List<LogEntry>();
        await foreach (var entry in Log.ReadAsync(topic, from, cancellationToken: limit.Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Waits for a condition over what was seen.</summary>
    /// <param name="condition">The condition; looked at again after each change of a group.</param>
    /// <param name="what">What is waited for, for the message.</param>
    public async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        try
        {
            await Changes.UntilAsync(condition, Deadline);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Deadline} for {what()}{Warnings}");
        }
    }

    /// <summary>Waits for a condition as long as there is progress to it: the deadline is for each step.</summary>
    /// <param name="condition">The condition; looked at again after each change of a group.</param>
    /// <param name="progress">Grows with each step to the condition, and only then.</param>
    /// <param name="what">What is waited for, for the message.</param>
    public async Task UntilAsync(Func<bool> condition, Func<int> progress, Func<string> what)
    {
        var isMet = false;
        while (!isMet)
        {
            var before = progress();
            await UntilAsync(() => (isMet = condition()) || progress() > before, what);
        }
    }

    /// <summary>Waits for a condition on the broker's side, which tells nobody of its changes.</summary>
    public async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"Waited {Deadline} for {what()}{Warnings}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>A moment after everything that has been stored, and before everything that will be; brokers tell milliseconds apart.</summary>
    public async Task<DateTimeOffset> NextTimeAsync()
    {
        var resolution = TimeSpan.FromMilliseconds(2);
        var before = TimeProvider.System.GetUtcNow();
        await EventuallyAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > before + (2 * resolution)), () => "the clock to go on");
        return before + resolution;
    }

    /// <summary>Stops all members, so that what was seen is all that will ever be.</summary>
    public Task StopMembersAsync() => Task.WhenAll(_members.Where(member => member is { IsDead: false, IsDisposed: false }).Select(member => member.StopAsync()));

    public ValueTask KillAsync(Member member) => _transport.KillAsync(member);

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.AbandonAsync();
        }

        await _transport.DisposeAsync();
    }
}
