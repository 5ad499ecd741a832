using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Samples;
using StackExchange.Redis;

namespace FundTransfer;

/// <summary>A Redis server. Each member has connections of its own, over a cable that can be cut.</summary>
internal sealed class RedisBroker(SampleSettings settings) : IBroker
{
    // The shortest that there is: the run is to be over soon, and a member that dies is missed only after this time.
    private static readonly TimeSpan MemberTimeout = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Cable> _cables = new(StringComparer.Ordinal);

    public void Carry(EventBusBuilder bus, string member)
    {
        bus.Services.AddSingleton(settings.Configuration);
        var connection = ConfigurationOptions.Parse(settings.Redis);
        connection.Tunnel = _cables.GetOrAdd(member, static _ => new Cable());
        bus.UseRedis(connection, redis => (redis.Partitions, redis.MemberTimeout) = (8, MemberTimeout));
    }

    public void CutOff(string member) => _cables[member].Cut();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
