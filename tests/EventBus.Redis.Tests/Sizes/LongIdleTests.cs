using EventBus.Redis.Tests.Runs;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Sizes;

/// <summary>A group that has had nothing to do for long.</summary>
public sealed class LongIdleTests(ITestOutputHelper output)
{
    // As often is a read that waits made anew.
    private const int Reads = 4;
    private static readonly TimeSpan s_quickly = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Event_AfterALongIdleTime_IsHandledAtOnceByTheSameMember(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(server.Address, tally, options =>
        {
            if (isCompeting)
            {
                options.CompetingGroups.Add("*");
            }
        });
        await bus.PublishAsync([new Counted("key", 0)]);
        await tally.ReachedAsync(1, bus.Log);
        var before = await ReadsAsync(admin);
        await Eventually.TrueAsync(async () => await ReadsAsync(admin) >= before + Reads, () => "the reads to be made anew");
        Assert.Equal(HealthStatus.Healthy, await bus.HealthAsync());

        var start = TimeProvider.System.GetTimestamp();
        await bus.PublishAsync([new Counted("key", 1)]);
        await tally.ReachedAsync(2, bus.Log);
        var taken = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"Handled after {taken.TotalMilliseconds:F0} ms");

        Assert.InRange(taken, TimeSpan.Zero, s_quickly);
        Assert.Empty(bus.Log.Lines);
    }

    private static async Task<long> ReadsAsync(ConnectionMultiplexer admin)
    {
        var line = ((string)(await admin.GetDatabase().ExecuteAsync("INFO", "commandstats"))!).Split("\r\n")
            .Single(static line => line.StartsWith("cmdstat_xreadgroup:", StringComparison.Ordinal));
        return long.Parse(line.Split("calls=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
