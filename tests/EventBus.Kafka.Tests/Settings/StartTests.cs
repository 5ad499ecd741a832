using System.Diagnostics;
using EventBus.Kafka.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Settings;

/// <summary>The start of a bus whose brokers are away.</summary>
public sealed class StartTests
{
    private const string Nobody = "127.0.0.1:1";
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Brokers_NotThere_FailTheStartInTime(bool hasSubscription)
    {
        await using var bus = NotedBus.Create(bus =>
        {
            bus.UseKafka(Nobody, static options => options.StartTimeout = s_short);
            if (hasSubscription)
            {
                bus.Subscription("group").Handle<Noted>(static (_, _, _) => ValueTask.CompletedTask);
            }
        });
        var start = Stopwatch.GetTimestamp();

        var thrown = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.InRange(Stopwatch.GetElapsedTime(start), s_short, TimeSpan.FromSeconds(15));
        Assert.StartsWith(
            $"The bus could not start within {s_short}: the Kafka brokers {Nobody} (EventBus:Kafka:BootstrapServers) do not answer", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Last: ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", thrown.Message, StringComparison.Ordinal);
        Assert.NotNull(thrown.InnerException);
    }

    [Theory]
    [InlineData("-00:00:00.001")]
    [InlineData("00:02:00")]
    public async Task Brokers_ThatComeLater_AreWaitedFor(string startTimeout)
    {
        await using var cluster = new MockCluster();
        cluster.SetAllDown();
        await using var bus = NotedBus.Create(bus => bus.UseKafka(cluster.BootstrapServers), ("EventBus:Kafka:StartTimeout", startTimeout));
        var starting = bus.StartAsync();
        Assert.False(starting.IsCompleted);

        cluster.SetAllUp();

        await starting;
        await bus.PublishAsync(new Noted("k", 1));
    }

    [Fact]
    public async Task Start_GivenUpWhileItWaits_Ends()
    {
        await using var bus = NotedBus.Create(static bus => bus.UseKafka(Nobody), ("EventBus:Kafka:StartTimeout", "-00:00:00.001"));
        using var stop = new CancellationTokenSource();
        var starting = bus.Bus.StartAsync(stop.Token);
        Assert.False(starting.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.Within());
    }
}
