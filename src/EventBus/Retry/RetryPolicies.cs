using EventBus.Catalog;
using EventBus.DependencyInjection;
using Microsoft.Extensions.Configuration;

namespace EventBus.Retry;

/// <summary>The rules of a subscription, one for each contract: what is said for all, changed by what is said for one.</summary>
internal sealed class RetryPolicies(
    SubscriptionRegistration subscription, SubscriptionOptions options, IConfiguration? configuration, Func<double> random)
{
    private static readonly RetryOptionsValidator Validator = new();

    public RetryPolicy For(EventDefinition definition) => new(OptionsFor(definition), options.DeadLetters, random);

    /// <summary>Every mistake, in words.</summary>
    public IEnumerable<string> Problems(IEnumerable<EventDefinition> definitions)
    {
        var section = $"EventBus:Subscriptions:{subscription.Name}";
        List<string> general = [.. Problems($"{section}:Retry", options.Retry)];
        foreach (var definition in definitions.Where(IsSpecial))
        {
            general.AddRange(Problems($"{section}:Events:{definition.Name}:Retry", OptionsFor(definition))
                .Where(problem => !general.Contains(problem.Replace($":Events:{definition.Name}:", ":", StringComparison.Ordinal))));
        }

        return general;
    }

    private RetryOptions OptionsFor(EventDefinition definition)
    {
        if (!IsSpecial(definition))
        {
            return options.Retry;
        }

        var special = options.Retry.Copy();
        foreach (var (eventType, configure) in subscription.Retries)
        {
            if (eventType.IsAssignableFrom(definition.EventType))
            {
                configure(special);
            }
        }

        if (SectionOf(definition) is { } section)
        {
            section.Bind(special);
        }

        return special;
    }

    private bool IsSpecial(EventDefinition definition) =>
        subscription.Retries.Exists(retry => retry.EventType.IsAssignableFrom(definition.EventType)) || SectionOf(definition)?.Exists() == true;

    private IConfigurationSection? SectionOf(EventDefinition definition) =>
        configuration?.GetSection($"EventBus:Subscriptions:{subscription.Name}:Events:{definition.Name}:Retry");

    private IEnumerable<string> Problems(string section, RetryOptions retry)
    {
        foreach (var failure in Validator.Validate(null, retry).Failures ?? [])
        {
            yield return $"{section}:{failure}";
        }

        if (retry.HasLimits && !options.DeadLetters)
        {
            yield return $"{section} gives events up, and subscription '{subscription.Name}' has no dead letters to put them. "
                + "Add .WithDeadLetters(), or take away Attempts, TotalTime and the exceptions: without them nothing is given up.";
        }

        if (!retry.InOrder && options.KeepKeyOrder)
        {
            yield return $"{section}:InOrder is false, and subscription '{subscription.Name}' keeps the order of keys behind dead letters. Take one.";
        }
    }
}
