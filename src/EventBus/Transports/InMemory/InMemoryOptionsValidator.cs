using Microsoft.Extensions.Options;

namespace EventBus.Transports.InMemory;

/// <summary>Tells every mistake in the settings of the in-memory transport at once.</summary>
internal sealed class InMemoryOptionsValidator : IValidateOptions<InMemoryOptions>
{
    private const int MaxPartitions = 10_000;

    public ValidateOptionsResult Validate(string? name, InMemoryOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
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

        if (options.Capacity < 1)
        {
            result.AddError($"{nameof(options.Capacity)} must be 1 or more, but is {options.Capacity}.");
        }

        if (options.RetainedEvents < 0)
        {
            result.AddError($"{nameof(options.RetainedEvents)} must be 0 or more, but is {options.RetainedEvents}.");
        }

        if (options.RetainedBytes < 0)
        {
            result.AddError($"{nameof(options.RetainedBytes)} must be 0 or more, but is {options.RetainedBytes}.");
        }

        if (options.RetainedBytes is not null && !options.RoundTripJson)
        {
            result.AddError(
                $"{nameof(options.RetainedBytes)} needs {nameof(options.RoundTripJson)}: an event that is passed on by reference has no length.");
        }

        if (options.RetainedAge < TimeSpan.Zero)
        {
            result.AddError($"{nameof(options.RetainedAge)} must not be negative, but is {options.RetainedAge}.");
        }

        return result.Build();
    }

    private static void CheckPartitions(int partitions, string property, ValidateOptionsResultBuilder result)
    {
        if (partitions is < 1 or > MaxPartitions)
        {
            result.AddError($"{property} must be between 1 and {MaxPartitions}, but is {partitions}.");
        }
    }
}
