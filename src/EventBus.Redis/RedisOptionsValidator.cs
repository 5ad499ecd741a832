using EventBus.Transports;
using Microsoft.Extensions.Options;

namespace EventBus.Redis;

/// <summary>Tells every mistake in the settings of the Redis transport at once.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    private const int MaxPartitions = 1_024;
    private const int MaxReadCount = 10_000;
    private static readonly TimeSpan MinMemberTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxMemberTimeout = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckConnection(options, result);
        CheckPartitions(options.Partitions, nameof(options.Partitions), result);
        foreach (var (topic, partitions) in options.TopicPartitions)
        {
            var property = $"{nameof(options.TopicPartitions)}:{topic}";
            CheckPartitions(partitions, property, result);
            if (TopicPattern.Problem(topic) is { } problem)
            {
                result.AddError($"{property}: the topic's name {problem}.");
            }
        }

        if (options.MemberTimeout < MinMemberTimeout || options.MemberTimeout > MaxMemberTimeout)
        {
            result.AddError(
                $"{nameof(options.MemberTimeout)} must be between {MinMemberTimeout} and {MaxMemberTimeout}, but is {options.MemberTimeout}.");
        }

        if (options.StartTimeout <= TimeSpan.Zero && options.StartTimeout != Timeout.InfiniteTimeSpan)
        {
            result.AddError(
                $"{nameof(options.StartTimeout)} must be more than zero, or infinite (-00:00:00.001), but is {options.StartTimeout}.");
        }

        if (options.PublishTimeout <= TimeSpan.Zero)
        {
            result.AddError($"{nameof(options.PublishTimeout)} must be more than zero, but is {options.PublishTimeout}.");
        }

        if (options.ReadCount is < 1 or > MaxReadCount)
        {
            result.AddError($"{nameof(options.ReadCount)} must be between 1 and {MaxReadCount}, but is {options.ReadCount}.");
        }

        CheckRetention(options, result);
        return result.Build();
    }

    private static void CheckConnection(RedisOptions options, ValidateOptionsResultBuilder result)
    {
        if (string.IsNullOrWhiteSpace(options.Configuration))
        {
            result.AddError($"{nameof(options.Configuration)} is blank; 'localhost:6379' is the shortest that there is.");
        }

        if (options.Database < 0)
        {
            result.AddError($"{nameof(options.Database)} must be 0 or more, but is {options.Database}.");
        }

        if (options.KeyPrefix.AsSpan().ContainsAny('{', '}'))
        {
            result.AddError(
                $"{nameof(options.KeyPrefix)} must not contain braces, but is '{options.KeyPrefix}': they say where a cluster keeps a key.");
        }
    }

    private static void CheckRetention(RedisOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.RetainedEvents < 0)
        {
            result.AddError($"{nameof(options.RetainedEvents)} must be 0 or more, but is {options.RetainedEvents}.");
        }

        if (options.RetainedAge < TimeSpan.Zero)
        {
            result.AddError($"{nameof(options.RetainedAge)} must not be negative, but is {options.RetainedAge}.");
        }

        if (options.RetainedBytes < 0)
        {
            result.AddError($"{nameof(options.RetainedBytes)} must be 0 or more, but is {options.RetainedBytes}.");
        }

        if (options.AbandonedGroupRetention < TimeSpan.Zero)
        {
            result.AddError($"{nameof(options.AbandonedGroupRetention)} must not be negative, but is {options.AbandonedGroupRetention}.");
        }
    }

    private static void CheckPartitions(int partitions, string property, ValidateOptionsResultBuilder result)
    {
        if (partitions is < 1 or > MaxPartitions)
        {
            result.AddError($"{property} must be between 1 and {MaxPartitions}, but is {partitions}.");
        }
    }
}
