using EventBus.Pipeline;
using Microsoft.Extensions.Options;
using Polly;

namespace EventBus.Retry;

/// <summary>Checks <see cref="RetryOptions"/>.</summary>
internal sealed class RetryOptionsValidator : IValidateOptions<RetryOptions>
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RetryOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Attempts < 1)
        {
            result.AddError($"{nameof(options.Attempts)} must be 1 or more, but is {options.Attempts}; 1 does not try again.");
        }

        if (!Enum.IsDefined(options.Backoff))
        {
            result.AddError(
                $"{nameof(options.Backoff)} must be one of {string.Join(", ", Enum.GetNames<DelayBackoffType>())}, but is {options.Backoff}.");
        }

        AddDelay(result, nameof(options.Delay), options.Delay);
        AddDelay(result, nameof(options.MaxDelay), options.MaxDelay);
        AddNegative(result, nameof(options.TotalTime), options.TotalTime);
        if (options.MaxDelay < options.Delay)
        {
            result.AddError($"{nameof(options.MaxDelay)} ({options.MaxDelay}) is less than {nameof(options.Delay)} ({options.Delay}).");
        }

        if (options.AttemptTimeout < AttemptTimeout.Least || options.AttemptTimeout > AttemptTimeout.Most)
        {
            result.AddError($"{nameof(options.AttemptTimeout)} must be between {AttemptTimeout.Least} and {AttemptTimeout.Most}, "
                + $"but is {options.AttemptTimeout}; leave it out for no limit.");
        }

        return result.Build();
    }

    // What Polly takes.
    private static void AddDelay(ValidateOptionsResultBuilder result, string name, TimeSpan? value)
    {
        if (value < TimeSpan.Zero || value > LongestDelay)
        {
            result.AddError($"{name} must be between zero and {LongestDelay}, but is {value}.");
        }
    }

    private static void AddNegative(ValidateOptionsResultBuilder result, string name, TimeSpan? value)
    {
        if (value < TimeSpan.Zero)
        {
            result.AddError($"{name} must not be negative, but is {value}.");
        }
    }
}
