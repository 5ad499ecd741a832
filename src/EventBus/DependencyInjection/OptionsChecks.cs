using System.Diagnostics.CodeAnalysis;
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
internal sealed class OptionsCheck<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
    IOptions<TOptions> options, IValidateOptions<TOptions> validator) : IStartupCheck
    where TOptions : class
{
    public IEnumerable<string> Problems() =>
        validator.Validate(Options.DefaultName, options.Value).Failures?.Select(failure => $"{typeof(TOptions).Name}: {failure}") ?? [];
}

/// <summary>Checks <see cref="EventBusOptions"/>.</summary>
internal sealed class EventBusOptionsValidator : IValidateOptions<EventBusOptions>
{
    public ValidateOptionsResult Validate(string? name, EventBusOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.DrainTimeout < TimeSpan.Zero)
        {
            result.AddError($"{options.DrainTimeout} is negative; zero does not wait.", nameof(options.DrainTimeout));
        }

        if (options.Source is { } source && !Uri.IsWellFormedUriString(source, UriKind.RelativeOrAbsolute))
        {
            result.AddError($"'{source}' is not a URI reference.", nameof(options.Source));
        }

        if (options.InstanceName is { } instance && string.IsNullOrWhiteSpace(instance))
        {
            result.AddError("It is blank; leave it out for a name of the machine and process.", nameof(options.InstanceName));
        }

        return result.Build();
    }
}

/// <summary>Checks <see cref="SubscriptionOptions"/> by their attributes.</summary>
[OptionsValidator]
internal sealed partial class SubscriptionOptionsValidator : IValidateOptions<SubscriptionOptions>;
