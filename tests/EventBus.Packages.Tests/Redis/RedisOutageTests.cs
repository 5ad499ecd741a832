using StackExchange.Redis;

namespace EventBus.Packages.Tests.Redis;

/// <summary>StackExchange.Redis when the server or the connection dies under it.</summary>
public sealed class RedisOutageTests : IAsyncLifetime
{
    private readonly RedisServer _server = new();
    private ConnectionMultiplexer _client = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _client = await ConnectionMultiplexer.ConnectAsync(RedisOutage.Options(_server));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Server_KilledWithCommandsInFlight_CommandsFailAndClientReconnects()
    {
        await RedisOutage.KillWhilePausedAsync(_client, _server);
        await Assert.ThrowsAsync<RedisConnectionException>(() => _client.GetDatabase().PingAsync().Within());

        await RedisOutage.RestartAsync(_client, _server);
        await RedisLoad.AddAndReadBackAsync(_client.GetDatabase(), 1_000);
    }

    [Fact]
    public async Task Server_KilledTwice_ClientReconnectsEachTime()
    {
        for (var i = 0; i < 2; i++)
        {
            await RedisOutage.KillWhilePausedAsync(_client, _server);
            await RedisOutage.RestartAsync(_client, _server);
        }

        await RedisLoad.SetAndGetAsync(_client.GetDatabase(), 1_000_000);
    }

    [Fact]
    public async Task Connection_KilledByTheServerWithCommandsInFlight_CommandsFailAndClientReconnects()
    {
        var key = RedisLoad.UniqueKey();
        await using var observer = await ConnectionMultiplexer.ConnectAsync(RedisOutage.Options(_server));
        var id = (string)(await _client.GetDatabase().ExecuteAsync("CLIENT", "ID").Within())!;
        var commands = await RedisOutage.WriteWhilePausedAsync(_client, key);
        var restored = RedisOutage.Restored(_client);

        await observer.GetDatabase().ExecuteAsync("CLIENT", "KILL", "ID", id).Within();

        await RedisOutage.AssertAllFailAsync(commands);
        await observer.GetDatabase().ExecuteAsync("CLIENT", "UNPAUSE").Within();
        await restored.Within();
        Assert.Equal(0, await _client.GetDatabase().StreamLengthAsync(key).Within());
        await RedisLoad.AddAndReadBackAsync(_client.GetDatabase(), 1_000);
    }

    [Fact]
    public async Task Client_DisposedWithCommandsInFlight_NoCommandHangs()
    {
        var client = await ConnectionMultiplexer.ConnectAsync(RedisOutage.Options(_server));
        var commands = await RedisOutage.WriteWhilePausedAsync(client, RedisLoad.UniqueKey());

        await client.CloseAsync(allowCommandsToComplete: false).Within();

        await Task.WhenAll(commands.Select(async command => await Record.ExceptionAsync(() => command))).Within();
        await client.DisposeAsync();
    }
}
