using EventBus.Redis.Connections;
using EventBus.Redis.Delayed;
using EventBus.Redis.Topics;
using EventBus.Transports;
using Microsoft.Extensions.Logging;

namespace EventBus.Redis.Groups;

/// <summary>What a member of a group works with.</summary>
/// <param name="Connection">The server.</param>
/// <param name="Request">What the subscription asks for.</param>
/// <param name="Group">The group.</param>
/// <param name="Place">Where the group stands in partitions.</param>
/// <param name="Topics">The topics.</param>
/// <param name="Delayed">The events that come at a time.</param>
/// <param name="Options">The transport's settings.</param>
/// <param name="Gone">Is told of members that could not leave.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Where to tell of what happens.</param>
internal sealed record GroupContext(
    RedisConnection Connection,
    ConsumerRequest Request,
    GroupClient Group,
    GroupPlace Place,
    TopicDirectory Topics,
    DelayedEvents Delayed,
    RedisOptions Options,
    Action<long> Gone,
    TimeProvider Time,
    ILogger Log);
