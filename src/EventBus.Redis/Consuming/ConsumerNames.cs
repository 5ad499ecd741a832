namespace EventBus.Redis.Consuming;

/// <summary>What a member is called on the server.</summary>
/// <param name="ConsumerGroup">The consumer group that it reads with.</param>
/// <param name="Consumer">Its consumer in that group.</param>
/// <param name="IsCompeting">Whether it shares the consumer group with the other members.</param>
internal sealed record ConsumerNames(string ConsumerGroup, string Consumer, bool IsCompeting);
