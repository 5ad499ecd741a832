using System.Collections.Concurrent;
using System.Globalization;
using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>
/// A part of the server under a prefix of its own. Each member connects as a user of its own, so that one can be cut off for good: the server closes its
/// connections and lets it in no more.
/// </summary>
internal sealed class RedisWorld(TestRedis redis, WorldOptions options, int partitions, bool isCompeting) : TransportWorld
{
    private readonly string _prefix = TestRedis.NewPrefix();
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);

    public override int Partitions => partitions;

    public override void Configure(EventBusBuilder bus)
    {
        var user = redis.NextUser();
        bus.UseRedis(user.Configuration, settings =>
        {
            settings.KeyPrefix = _prefix;
            settings.Partitions = partitions;

            // Who dies in a test is taken out by hand; a machine that stands still for a while must not look like a death.
            settings.MemberTimeout = TimeSpan.FromSeconds(30);
            settings.RetainedEvents = options.RetainedEvents ?? settings.RetainedEvents;
            settings.AbandonedGroupRetention = options.RetainedEvents is null ? settings.AbandonedGroupRetention : TimeSpan.Zero;
            if (isCompeting)
            {
                settings.CompetingGroups.Add("*");
            }
        });
        bus.Services.AddOptions<EventBusOptions>().PostConfigure(settings => _users[settings.InstanceName!] = user.Name);
    }

    public override async ValueTask KillAsync(Member member)
    {
        await redis.BanAsync(_users[member.Name]);
        foreach (var group in member.Groups)
        {
            var info = $"{_prefix}{{group:{group}}}:info";
            foreach (var entry in await redis.Admin.HashGetAllAsync(info))
            {
                if (entry.Value.ToString().StartsWith($"{member.Name}|", StringComparison.Ordinal))
                {
                    await redis.Admin.SortedSetRemoveAsync($"{_prefix}{{group:{group}}}:members", entry.Name);
                    await redis.Admin.HashDeleteAsync(info, entry.Name);
                    await redis.Admin.HashIncrementAsync($"{_prefix}{{group:{group}}}:state", "version");
                    await redis.Admin.PublishAsync(RedisChannel.Literal($"{_prefix}group:{group}"), "changed");
                }
            }
        }
    }

    public override async ValueTask UntilSteadyAsync(string group, int members)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await IsSteadyAsync(group, members))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"The {members} members of {group} have not come to rest.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private async Task<bool> IsSteadyAsync(string group, int members)
    {
        var live = (await redis.Admin.SortedSetRangeByRankAsync($"{_prefix}{{group:{group}}}:members"))
            .Select(static number => number.ToString()).ToHashSet(StringComparer.Ordinal);
        if (live.Count != members)
        {
            return false;
        }

        // Of a competing group the members that have never read are not on the streams: their first look is all there is to wait for.
        return isCompeting || await IsSpreadAsync(group, live);
    }

    private async Task<bool> IsSpreadAsync(string group, HashSet<string> live)
    {
        var owned = live.ToDictionary(static number => number, static _ => new Dictionary<string, int>(StringComparer.Ordinal), StringComparer.Ordinal);
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var lease in await redis.Admin.HashGetAllAsync($"{_prefix}{{group:{group}}}:leases"))
        {
            var owner = lease.Value.ToString().Split(' ')[0];
            var topic = lease.Name.ToString()[..lease.Name.ToString().LastIndexOf('/')];
            if (!owned.TryGetValue(owner, out var counts)
                || !(await redis.Admin.StreamGroupInfoAsync($"{_prefix}{{{lease.Name}}}")).Any(known => known.Name == $"{group}@{owner}"))
            {
                return false;
            }

            topics.Add(topic);
            counts[topic] = counts.GetValueOrDefault(topic) + 1;
        }

        return topics.Count > 0 && topics.All(topic => owned.Values.Sum(counts => counts.GetValueOrDefault(topic)) == partitions
            && owned.Values.Max(counts => counts.GetValueOrDefault(topic)) - owned.Values.Min(counts => counts.GetValueOrDefault(topic)) <= 1);
    }
}
