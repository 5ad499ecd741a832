using EventBus.Redis.Connections;
using EventBus.Redis.Consuming;
using EventBus.Redis.Diagnostics;
using EventBus.Redis.Topics;

namespace EventBus.Redis.Groups;

/// <summary>A member of a group that keeps order: it has partitions to itself, as many as the others.</summary>
internal sealed class OrderedMember(GroupContext context, long number, string name) : GroupMember(context, number, name)
{
    protected override async Task ReconcileAsync()
    {
        var wanted = Spread.For(Number, State, Topics());
        var names = wanted.Select(static one => RedisKeys.Partition(one.Topic.Name, one.Partition)).ToHashSet(StringComparer.Ordinal);
        List<RedisAssignment> unused = [], lost = [];
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var assignment in Consumer.Assignments)
        {
            held.Add(assignment.Name);
            if (State.OwnerOf(assignment.Name) != Number || State.EpochOf(assignment.Name) != assignment.Epoch)
            {
                lost.Add(assignment);
            }
            else if (!assignment.IsEnding && (!names.Contains(assignment.Name) || State.Seeks.ContainsKey(assignment.Name))
                && Consumer.Revoke(assignment))
            {
                unused.Add(assignment);
            }
        }

        if (lost.Count > 0)
        {
            Consumer.Drop(lost);
            lost.ForEach(static assignment => assignment.Revoke());
            Wake();
        }

        if (unused.Count > 0)
        {
            await ReturnAsync(unused).ConfigureAwait(false);
            Wake();
        }

        await TakeAsync(wanted.FindAll(one => !held.Contains(RedisKeys.Partition(one.Topic.Name, one.Partition))
            && State.OwnerOf(one.Topic.Name, one.Partition) is var owner && (owner == 0 || owner == Number))).ConfigureAwait(false);
    }

    protected override Task TendAsync() => Task.CompletedTask;

    protected override async Task ReturnAsync(IReadOnlyList<RedisAssignment> assignments)
    {
        if (assignments.Count > 0)
        {
            await Consumer.RemoveAsync(assignments).ConfigureAwait(false);
            await Context.Group.ReleaseAsync(Number, assignments.Select(static assignment => assignment.Name)).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(List<(RedisTopic Topic, int Partition)> free)
    {
        if (free.Count == 0)
        {
            return;
        }

        var epochs = await Context.Group.AcquireAsync(
            Number, free.Select(static one => (RedisKeys.Partition(one.Topic.Name, one.Partition), 0L))).ConfigureAwait(false);
        var taken = await Task.WhenAll(free.Zip(epochs).Where(static pair => pair.Second > 0)
            .Select(pair => TakeOverAsync(pair.First.Topic, pair.First.Partition, pair.Second))).ConfigureAwait(false);
        Consumer.Add([.. taken.OfType<RedisAssignment>()]);
    }

    private async Task<RedisAssignment?> TakeOverAsync(RedisTopic topic, int partition, long epoch)
    {
        var key = RedisKeys.Partition(topic.Name, partition);
        var wish = State.Seeks.GetValueOrDefault(key);
        var place = wish is null ? null : SeekWish.PlaceOf(wish);
        var result = await Context.Place.TakeAsync(topic, partition, Number, Name, epoch, place).ConfigureAwait(false);
        while (result.RefusedBy > 0)
        {
            // The keys of the group were lost, those beside the stream were not; or somebody was faster.
            epoch = (await Context.Group.AcquireAsync(Number, [(key, result.RefusedBy)]).ConfigureAwait(false))[0];
            if (epoch == 0)
            {
                return null;
            }

            result = await Context.Place.TakeAsync(topic, partition, Number, Name, epoch, place).ConfigureAwait(false);
        }

        if (result.Lost > 0)
        {
            Context.Log.EntryRemoved(Context.Group.Group, topic.Streams[partition].ToString(), result.Lost);
        }

        if (wish is not null)
        {
            await Context.Group.SoughtAsync(key, wish).ConfigureAwait(false);
        }

        var assignment = new RedisAssignment(topic, partition, epoch) { HistoryFrom = result.Pending > 0 ? "0" : null };
        if (result.Pending > 0)
        {
            var database = await Context.Connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
            assignment.Failures.Load(await database.HashGetAllAsync(
                Context.Connection.Keys.Failures(topic.Name, partition, Context.Group.Group)).ConfigureAwait(false));
        }

        return assignment;
    }
}
