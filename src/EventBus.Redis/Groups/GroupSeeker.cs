using EventBus.Redis.Connections;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>
/// Moves a group. The wish is written beside the leases; whoever has the partition drains it and gives it up, and whoever takes it next places the group
/// where it was wished. Where nobody reads the topic, it is done here.
/// </summary>
internal sealed class GroupSeeker(RedisConnection connection, GroupClient group, GroupPlace place, bool isCompeting)
{
    // A message may be lost with the connection.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    /// <summary>Completes when the group stands at its new place in all partitions.</summary>
    public async Task SeekAsync(RedisTopic topic, SeekTarget target, CancellationToken cancellationToken)
    {
        await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var messages = await connection.Subscriber.SubscribeAsync(group.Channel).ConfigureAwait(false);
        try
        {
            var wishes = new Dictionary<int, string>();
            for (var partition = 0; partition < topic.Partitions; partition++)
            {
                if (await PlaceOfAsync(topic, partition, target).ConfigureAwait(false) is { } wanted)
                {
                    wishes[partition] = SeekWish.Make(wanted);
                }
            }

            await group.SeekAsync(wishes.Select(wish => (RedisKeys.Partition(topic.Name, wish.Key), wish.Value))).ConfigureAwait(false);
            while (await IsLeftAsync(topic, wishes).ConfigureAwait(false))
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(s_look);
                try
                {
                    await messages.ReadAsync(limit.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // Time to look again.
                }
            }
        }
        finally
        {
            await messages.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }
    }

    // The end is where it is now, not where it will be when the wish is granted.
    private async Task<string?> PlaceOfAsync(RedisTopic topic, int partition, SeekTarget target)
    {
        if (!target.IsLatest)
        {
            return GroupPlace.StartOf(target, partition);
        }

        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        return await StreamEnd.OfAsync(database, topic.Streams[partition]).ConfigureAwait(false);
    }

    private async Task<bool> IsLeftAsync(RedisTopic topic, Dictionary<int, string> wishes)
    {
        var state = await group.LookAsync().ConfigureAwait(false);
        var isRead = state.Members.Values.Any(member => member.Takes(topic.Name));
        var isLeft = false;
        foreach (var (partition, wish) in wishes)
        {
            var name = RedisKeys.Partition(topic.Name, partition);
            if (state.Seeks.GetValueOrDefault(name) == wish)
            {
                isLeft |= isRead || !await TryMoveAsync(topic, partition, name, wish).ConfigureAwait(false);
            }
        }

        return isLeft;
    }

    private async Task<bool> TryMoveAsync(RedisTopic topic, int partition, string name, string wish)
    {
        if (isCompeting)
        {
            await place.EnsureAsync(topic, SeekTarget.Earliest).ConfigureAwait(false);
            await place.ResetAsync(topic, partition, SeekWish.PlaceOf(wish)).ConfigureAwait(false);
        }
        else
        {
            for (var above = 0L; ;)
            {
                var epoch = (await group.AcquireAsync(0, [(name, above)]).ConfigureAwait(false))[0];
                if (epoch == 0)
                {
                    return false;
                }

                above = (await place.TakeAsync(topic, partition, 0, "0", epoch, SeekWish.PlaceOf(wish)).ConfigureAwait(false)).RefusedBy;
                if (above == 0)
                {
                    break;
                }
            }
        }

        await group.SoughtAsync(name, wish).ConfigureAwait(false);
        return true;
    }
}
