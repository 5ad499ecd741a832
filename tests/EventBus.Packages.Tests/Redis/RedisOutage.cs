using StackExchange.Redis;

namespace EventBus.Packages.Tests.Redis;

/// <summary>The steps of an outage, as a client lives through it.</summary>
internal static class RedisOutage
{
    private const int InFlight = 2_000;

    /// <summary>Options of a client that fails at once what it cannot send, and soon tries to connect again.</summary>
    public static ConfigurationOptions Options(RedisServer server) => new()
    {
        EndPoints = { server.Address },
        BacklogPolicy = BacklogPolicy.FailFast,
        ReconnectRetryPolicy = new LinearRetry(100),
        AbortOnConnectFail = false,
        AllowAdmin = true,
        AsyncTimeout = (int)Deadline.Default.TotalMilliseconds,
    };

    /// <summary>Leaves writes unanswered: the server executes none until the pause ends, so all are in flight for sure.</summary>
    public static async Task<Task[]> WriteWhilePausedAsync(IConnectionMultiplexer client, string key)
    {
        var database = client.GetDatabase();
        await database.ExecuteAsync("CLIENT", "PAUSE", "600000", "WRITE").Within();
        return [.. Enumerable.Range(0, InFlight).Select(_ => database.StreamAddAsync(key, "n", new byte[500]))];
    }

    public static async Task KillWhilePausedAsync(IConnectionMultiplexer client, RedisServer server)
    {
        var commands = await WriteWhilePausedAsync(client, RedisLoad.UniqueKey());
        await server.KillAsync();
        await AssertAllFailAsync(commands);
    }

    public static async Task AssertAllFailAsync(Task[] commands)
    {
        var ended = await Task.WhenAll(commands.Select(async command => await Record.ExceptionAsync(() => command))).Within();

        // The client's reading and its writing side find the end of the connection at the same time. Whichever comes second hands on the connection's
        // own error, unwrapped, to what it fails; over TLS that may be that its read was cancelled because the write had failed.
        Assert.All(
            ended,
            failure => Assert.True(failure is RedisConnectionException or IOException or OperationCanceledException, $"{failure}"));
    }

    /// <summary>Starts the server again on its port, and returns when the client has found it.</summary>
    public static async Task RestartAsync(IConnectionMultiplexer client, RedisServer server)
    {
        var restored = Restored(client);
        await server.StartAsync();
        await restored.Within();
    }

    public static Task Restored(IConnectionMultiplexer client)
    {
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionRestored += (_, connection) =>
        {
            if (connection.ConnectionType == ConnectionType.Interactive)
            {
                restored.TrySetResult();
            }
        };
        return restored.Task;
    }
}
