using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Samples;

/// <summary>
/// What the environment and the command line say: <c>EventBus:Transport</c>, which is <c>memory</c> or <c>redis</c>, and all settings of the bus.
/// Each run has keys of its own on a server, so that it finds nothing of an earlier one, and removes them at its end.
/// </summary>
internal sealed class SampleSettings : IAsyncDisposable
{
    private const string PrefixKey = "EventBus:Redis:KeyPrefix";
    private readonly string _prefix;

    private SampleSettings(IConfiguration configuration, string prefix) => (Configuration, _prefix) = (configuration, prefix);

    public IConfiguration Configuration { get; }

    public bool IsRedis { get; private init; }

    /// <summary>Where the server is, in StackExchange.Redis' words.</summary>
    public string Redis => Configuration["EventBus:Redis:Configuration"] ?? "localhost:6379";

    /// <exception cref="FormatException">The setting names no transport.</exception>
    public static SampleSettings Read(string sample, string[] args)
    {
        var given = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var prefix = $"{given[PrefixKey] ?? "samples:"}{sample}:{Guid.CreateVersion7():N}:";
        var ofThisRun = new ConfigurationBuilder().AddConfiguration(given)
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { [PrefixKey] = prefix }).Build();
        return new SampleSettings(ofThisRun, prefix)
        {
            IsRedis = given["EventBus:Transport"] switch
            {
                null or "" or "memory" => false,
                "redis" => true,
                var other => throw new FormatException($"EventBus:Transport is '{other}'. Set it to memory or redis."),
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsRedis)
        {
            return;
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(Redis);
        var database = connection.GetDatabase();
        foreach (var server in connection.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync(pattern: $"{_prefix}*"))
            {
                await database.KeyDeleteAsync(key);
            }
        }
    }
}
