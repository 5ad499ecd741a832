using EventBus.Pipeline;
using Microsoft.Extensions.Options;

namespace EventBus.CircuitBreaker;

/// <summary>Checks <see cref="CircuitBreakerOptions"/>.</summary>
internal sealed class CircuitBreakerOptionsValidator : IValidateOptions<CircuitBreakerOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromDays(10);

    public ValidateOptionsResult Validate(string? name, CircuitBreakerOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.FailureThreshold < 1)
        {
            result.AddError($"{nameof(options.FailureThreshold)} must be 1 or more, but is {options.FailureThreshold}.");
        }

        if (options.FailureRatio is { } ratio && ratio is not (> 0 and <= 1))
        {
            result.AddError($"{nameof(options.FailureRatio)} must be more than 0 and not more than 1, but is {ratio}; "
                + $"leave it out to count by {nameof(options.FailureThreshold)}.");
        }

        if (options.MinimumThroughput < 2)
        {
            result.AddError($"{nameof(options.MinimumThroughput)} must be 2 or more, but is {options.MinimumThroughput}.");
        }

        if (options.SuccessThreshold < 1)
        {
            result.AddError($"{nameof(options.SuccessThreshold)} must be 1 or more, but is {options.SuccessThreshold}.");
        }

        AddOutside(result, nameof(options.SamplingDuration), options.SamplingDuration, TimeSpan.FromSeconds(0.5), Longest);
        AddOutside(result, nameof(options.BreakDuration), options.BreakDuration, TimeSpan.FromMilliseconds(1), LongestBreak);
        AddOutside(result, nameof(options.CallTimeout), options.CallTimeout, AttemptTimeout.Least, AttemptTimeout.Most);
        return result.Build();
    }

    private static void AddOutside(ValidateOptionsResultBuilder result, string name, TimeSpan? value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            result.AddError($"{name} must be between {least} and {most}, but is {value}.");
        }
    }
}
