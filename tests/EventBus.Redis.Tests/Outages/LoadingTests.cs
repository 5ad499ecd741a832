using System.Net;
using System.Net.Sockets;
using EventBus.Redis.Tests.Runs;

namespace EventBus.Redis.Tests.Outages;

/// <summary>A server that has begun to listen, and still loads its file.</summary>
public sealed class LoadingTests
{
    // The server looks for clients once in 1,024 commands that it loads.
    private const int Loaded = 12_000;

    // Some tenths of a second between two looks, so that it loads for several seconds.
    private const int MicrosecondsACommand = 200;

    [Fact]
    public async Task LoadingServer_IsWaitedForByThoseThatRunAndThoseThatStart()
    {
        await using var server = new RedisServer(
            "--appendonly", "yes", "--aof-use-rdb-preamble", "no", "--auto-aof-rewrite-percentage", "0",
            "--key-load-delay", MicrosecondsACommand.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await server.StartAsync();
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(server.Address, tally, static options => options.PublishTimeout = TimeSpan.FromMinutes(1));
        var before = Enumerable.Range(0, Loaded).Select(static number => new Counted($"before-{number % 10}", number / 10)).ToArray();
        await bus.PublishAsync(before);
        await tally.HandledAsync(before, bus.Log);

        await server.KillAsync();
        var starting = server.StartAsync();
        await using var late = RunBuses.Create(server.Address, tally, static options => options.StartTimeout = TimeSpan.FromMinutes(1));
        await LoadsAsync(server);
        var publishing = bus.Publisher.PublishAsync(new Counted("meanwhile", 0), TestContext.Current.CancellationToken).AsTask();
        await late.StartAsync();
        await starting;

        await publishing.Within();
        var after = Enumerable.Range(1, 100).Select(static number => new Counted("meanwhile", number)).ToArray();
        await bus.PublishAsync(after);
        await tally.HandledAsync([new Counted("meanwhile", 0), .. after], bus.Log);
        await bus.SettledAsync();
        tally.AssertOrder([.. before, new Counted("meanwhile", 0), .. after]);
        Assert.Equal(0, await bus.CountDeadAsync());
    }

    // Without the client, which does not take a server that loads for connected.
    private static Task LoadsAsync(RedisServer server) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
                await using var stream = connection.GetStream();
                await stream.WriteAsync("GET any\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
                using var reader = new StreamReader(stream);
                var answer = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
                Assert.StartsWith("-LOADING", answer, StringComparison.Ordinal);
                return true;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                return false;
            }
        },
        () => "the server to listen");
}
