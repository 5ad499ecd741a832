using System.Diagnostics.CodeAnalysis;
using EventBus.CircuitBreaker;
using Microsoft.Extensions.Options;

namespace EventBus.DependencyInjection;

/// <summary>Something that is checked when the bus starts, so that its mistakes are told together with all others.</summary>
internal interface IStartupCheck
{
    /// <summary>Every mistake, in words; none when all is well.</summary>
    IEnumerable<string> Problems();
}

/// <summary>
/// Checks options. Their validator is not registered as a service: it would throw at the first use of the options, long before the
/// other mistakes are known.
/// </summary>
/// <param name="section">Where the options stand in the configuration; a failure starts with the property's name.</param>
/// <param name="options">The options.</param>
/// <param name="validator">Their validator.</param>
internal sealed class OptionsCheck<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
    string section, IOptions<TOptions> options, IValidateOptions<TOptions> validator) : IStartupCheck
    where TOptions : class
{
    public IEnumerable<string> Problems() =>
        validator.Validate(Options.DefaultName, options.Value).Failures?.Select(failure => $"{section}:{failure}") ?? [];
}

/// <summary>Checks <see cref="EventBusOptions"/>.</summary>
internal sealed class EventBusOptionsValidator : IValidateOptions<EventBusOptions>
{
    public ValidateOptionsResult Validate(string? name, EventBusOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.DrainTimeout < TimeSpan.Zero)
        {
            result.AddError($"{nameof(options.DrainTimeout)} must not be negative, but is {options.DrainTimeout}; zero does not wait.");
        }

        Thresholds(
            result, nameof(options.HealthDegradedStall), options.HealthDegradedStall, nameof(options.HealthUnhealthyStall),
            options.HealthUnhealthyStall);
        Thresholds(
            result, nameof(options.HealthDegradedLag), options.HealthDegradedLag, nameof(options.HealthUnhealthyLag),
            options.HealthUnhealthyLag);
        if (options.Source is { } source && !Uri.IsWellFormedUriString(source, UriKind.RelativeOrAbsolute))
        {
            result.AddError($"{nameof(options.Source)} '{source}' is not a URI reference.");
        }

        if (options.InstanceName is { } instance && string.IsNullOrWhiteSpace(instance))
        {
            result.AddError($"{nameof(options.InstanceName)} is blank; leave it out for a name of the machine and process.");
        }

        return result.Build();
    }

    private static void Thresholds(
        ValidateOptionsResultBuilder result, string degradedName, TimeSpan degraded, string unhealthyName, TimeSpan unhealthy)
    {
        if (degraded <= TimeSpan.Zero)
        {
            result.AddError($"{degradedName} must be more than zero, but is {degraded}.");
        }

        if (unhealthy < degraded)
        {
            result.AddError($"{unhealthyName} is {unhealthy}, which is less than {degradedName} ({degraded}).");
        }
    }
}

/// <summary>Checks <see cref="SubscriptionOptions"/>.</summary>
internal sealed class SubscriptionOptionsValidator : IValidateOptions<SubscriptionOptions>
{
    private const int MaxConcurrency = 100_000;
    private const int MaxMaxInFlight = 1_000_000;
    private const double MaxMaxPerSecond = 1_000_000_000;
    private static readonly TimeSpan MinIdempotencyLease = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxIdempotencyLease = TimeSpan.FromDays(1);
    private static readonly TimeSpan MinIdempotencyWindow = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxIdempotencyWindow = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, SubscriptionOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Concurrency is < 1 or > MaxConcurrency)
        {
            result.AddError($"{nameof(options.Concurrency)} must be between 1 and {MaxConcurrency}, but is {options.Concurrency}.");
        }

        if (options.MaxInFlight is < 1 or > MaxMaxInFlight)
        {
            result.AddError($"{nameof(options.MaxInFlight)} must be between 1 and {MaxMaxInFlight}, but is {options.MaxInFlight}.");
        }

        if (options.MaxPerSecond is { } rate && rate is not (> 0 and <= MaxMaxPerSecond))
        {
            result.AddError($"{nameof(options.MaxPerSecond)} must be more than 0 and not more than {MaxMaxPerSecond}, but is {rate}; "
                + "leave it out for no limit.");
        }

        if (options.CircuitBreaker is { } breaker)
        {
            foreach (var failure in new CircuitBreakerOptionsValidator().Validate(name, breaker).Failures ?? [])
            {
                result.AddError($"{nameof(options.CircuitBreaker)}:{failure}");
            }
        }

        if (options.IdempotencyLease < MinIdempotencyLease || options.IdempotencyLease > MaxIdempotencyLease)
        {
            result.AddError($"{nameof(options.IdempotencyLease)} must be between {MinIdempotencyLease} and {MaxIdempotencyLease}, "
                + $"but is {options.IdempotencyLease}.");
        }

        if (options.IdempotencyWindow < MinIdempotencyWindow || options.IdempotencyWindow > MaxIdempotencyWindow)
        {
            result.AddError($"{nameof(options.IdempotencyWindow)} must be between {MinIdempotencyWindow} and {MaxIdempotencyWindow}, "
                + $"but is {options.IdempotencyWindow}.");
        }

        return result.Build();
    }
}
