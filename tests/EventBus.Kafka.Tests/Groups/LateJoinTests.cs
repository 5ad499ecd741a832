using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.Tests.Runs;
using EventBus.Shared.Processes;
using EventBus.Shared.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Groups;

/// <summary>A member whose word that it joins its group again comes so late that the group has gone on without it.</summary>
public sealed class LateJoinTests : IAsyncDisposable
{
    private const string Late = "late";
    private const int Some = 300;
    private const int Keys = 20;
    private const int Concurrency = 4;
    private readonly MockCluster _cluster = new();
    private readonly Tally _tally = new();
    private TaskCompletionSource _gate = new();
    private int _held;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MemberThatJoinsAgainTooLate_LosesNothing_AndTakesNothingBack(bool isStatic)
    {
        _gate.SetResult();
        await using var late = await StartAsync(Late, isStatic);
        await using var early = await StartAsync("early");
        await UntilSteadyAsync(members: 2);
        await GoOnAsync(early, first: 0);

        // From here on it handles nothing to its end.
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await early.PublishAsync(Events(Some, Some));
        await Eventually.TrueAsync(() => Volatile.Read(ref _held) > 0, static () => "the late member to begin to handle something");
        _cluster.Hold(Late, KafkaRequest.JoinGroup);
        _cluster.Hold(Late, KafkaRequest.Fetch);

        // A third member, for which all join again.
        await using var third = await StartAsync("third");
        await _tally.HandledAsync([.. Events(0, 2 * Some)], early.Log);
        await early.SettledAsync();

        _cluster.Release(Late, KafkaRequest.JoinGroup);
        await Eventually.TrueAsync(() => _cluster.Groups.MembershipsOf(Late).Count() > 1, static () => "the late member to have a new id");
        _gate.SetResult();
        await UntilSteadyAsync(members: 3);
        await early.SettledAsync();
        _cluster.Release(Late, KafkaRequest.Fetch);
        await GoOnAsync(early, first: 2 * Some);
        _tally.AssertOrder(Events(0, 3 * Some));

        // Those again that it was handling, and no others.
        Assert.InRange(_tally.Count, 3 * Some, (3 * Some) + Concurrency);
    }

    private Task<RunBus> StartAsync(string client, bool isStatic = false) => BusProcess.StartedAsync(RunBus.Create(
        bus => bus.UseKafka(_cluster.BootstrapServers, options =>
        {
            options.NewTopics.Partitions = RunBuses.Partitions;
            options.SessionTimeout = TimeSpan.FromSeconds(2);
            options.GroupInstanceId = isStatic ? client : null;
            options.ConsumerProperties["client.id"] = client;
        }),
        _tally,
        handler: async (_, _, _) => await (client == Late ? HeldAsync() : Task.CompletedTask)));

    private Task HeldAsync()
    {
        Interlocked.Add(ref _held, _gate.Task.IsCompleted ? 0 : 1);
        return _gate.Task;
    }

    private Task UntilSteadyAsync(int members) => Eventually.TrueAsync(
        () => _cluster.Groups.IsSteady(RunBus.Group, members, RunBuses.Partitions), () => $"the {members} members to have all partitions");

    private async Task GoOnAsync(RunBus bus, int first)
    {
        await bus.PublishAsync(Events(first, Some));
        await _tally.HandledAsync([.. Events(0, first + Some)], bus.Log);
        await bus.SettledAsync();
    }

    private static IEnumerable<Counted> Events(int first, int count) => Enumerable.Range(first, count).Select(static index => Counted.At(index, Keys));
}
