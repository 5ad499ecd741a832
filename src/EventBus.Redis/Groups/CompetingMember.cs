using EventBus.Redis.Connections;
using EventBus.Redis.Consuming;
using EventBus.Redis.Diagnostics;
using EventBus.Redis.Topics;

namespace EventBus.Redis.Groups;

/// <summary>A member of a competing group: it reads all partitions beside the others, and the server deals the events among them.</summary>
internal sealed class CompetingMember(GroupContext context, long number, string name) : GroupMember(context, number, name)
{
    // A member that left or died is claimed from as soon as that is known; and whatever was missed, by and by.
    private const int TendsBetweenClaims = 8;
    private const int MostClaimed = 200;
    private readonly Dictionary<string, string> _drained = new(StringComparer.Ordinal);
    private int _untilClaim;
    private long _epochs;

    protected override async Task ReconcileAsync()
    {
        _untilClaim = 0;
        var held = Consumer.Assignments.ToDictionary(static assignment => assignment.Name, StringComparer.Ordinal);
        var added = new List<RedisAssignment>();
        foreach (var topic in Topics())
        {
            for (var partition = 0; partition < topic.Partitions; partition++)
            {
                var key = RedisKeys.Partition(topic.Name, partition);
                var assignment = held.GetValueOrDefault(key);
                if (State.Seeks.TryGetValue(key, out var wish))
                {
                    await SeekAsync(topic, partition, key, wish, assignment).ConfigureAwait(false);
                }
                else if (assignment is null)
                {
                    _drained.Remove(key);
                    added.Add(new RedisAssignment(topic, partition, NextEpoch()));
                }
            }
        }

        if (added.Count > 0)
        {
            Consumer.Add(added);
        }
    }

    protected override async Task TendAsync()
    {
        if (_untilClaim-- > 0)
        {
            return;
        }

        // One that fails is made again at the next heartbeat.
        _untilClaim = 0;
        var mayBeMore = false;
        string[] live = [.. State.Members.Select(static member => ConsumerOf(member.Key, member.Value.Name))];
        foreach (var assignment in Consumer.Assignments)
        {
            if (assignment.IsEnding || Consumer.HasStash(assignment))
            {
                continue;
            }

            var (entries, lost) = await Context.Place.ClaimAsync(
                assignment.Of, assignment.Partition, ConsumerOf(Number, Name), MostClaimed, State.LastMember, live).ConfigureAwait(false);
            if (lost > 0)
            {
                Context.Log.EntryRemoved(Context.Group.Group, assignment.StreamName, lost);
            }

            if (entries.Length > 0)
            {
                mayBeMore = true;
                await LoadFailuresAsync(assignment).ConfigureAwait(false);
                Consumer.Take(assignment, entries);
            }
        }

        _untilClaim = mayBeMore ? 0 : TendsBetweenClaims;
    }

    protected override async Task ReturnAsync(IReadOnlyList<RedisAssignment> assignments)
    {
        await Consumer.RemoveAsync(assignments).ConfigureAwait(false);
        foreach (var assignment in assignments)
        {
            if (State.Seeks.TryGetValue(assignment.Name, out var wish))
            {
                await DrainedAsync(assignment.Of, assignment.Partition, assignment.Name, wish).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A member's consumer on the streams.</summary>
    public static string ConsumerOf(long number, string name) => string.Create(null, $"{name}@{number}");

    private async Task SeekAsync(RedisTopic topic, int partition, string key, string wish, RedisAssignment? assignment)
    {
        if (assignment is null)
        {
            await DrainedAsync(topic, partition, key, wish).ConfigureAwait(false);
        }
        else if (!assignment.IsEnding && Consumer.Revoke(assignment))
        {
            await ReturnAsync([assignment]).ConfigureAwait(false);
        }
    }

    // Whoever sees that all have drained it moves the group.
    private async Task DrainedAsync(RedisTopic topic, int partition, string key, string wish)
    {
        var isTold = _drained.TryGetValue(key, out var told) && told == wish;
        var left = await Context.Group.DrainedAsync(key, wish, isTold ? 0 : Number).ConfigureAwait(false);
        _drained[key] = wish;
        if (left == 0)
        {
            await Context.Place.ResetAsync(topic, partition, SeekWish.PlaceOf(wish)).ConfigureAwait(false);
            await Context.Group.SoughtAsync(key, wish).ConfigureAwait(false);
        }
    }

    private async Task LoadFailuresAsync(RedisAssignment assignment)
    {
        var database = await Context.Connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        assignment.Failures.Load(await database.HashGetAllAsync(
            Context.Connection.Keys.Failures(assignment.Topic, assignment.Partition, Context.Group.Group)).ConfigureAwait(false));
    }

    private long NextEpoch() => (Number << 16) + ++_epochs;
}
