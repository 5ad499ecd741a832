using System.Globalization;
using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Retention;

/// <summary>A server of one test's own, to count its commands, fill its memory or end it.</summary>
internal sealed class OwnServer(params string[] arguments) : IAsyncDisposable
{
    private readonly RedisServer _server = new(arguments);
    private ConnectionMultiplexer? _admin;

    public async Task<RetentionWorld> StartAsync()
    {
        await _server.InitializeAsync();
        _admin = await ConnectionMultiplexer.ConnectAsync($"{_server.Address},allowAdmin=true");
        return new RetentionWorld(_server.Address, "own:", _admin.GetDatabase());
    }

    /// <summary>How often each command has run, by its name.</summary>
    public async Task<Dictionary<string, int>> CallsAsync()
    {
        var commands = await _admin!.GetServers().Single().InfoAsync("commandstats");
        return commands.SelectMany(section => section).ToDictionary(
            line => line.Key["cmdstat_".Length..],
            line => int.Parse(line.Value.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture),
            StringComparer.Ordinal);
    }

    public Task KillAsync() => _server.KillAsync();

    public Task ContinueAsync() => _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_admin is not null)
        {
            await _admin.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
