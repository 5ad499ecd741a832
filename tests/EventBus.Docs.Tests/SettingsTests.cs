using System.Reflection;
using System.Text.Json;
using EventBus.Kafka;
using EventBus.Redis;
using EventBus.Transports.InMemory;

namespace EventBus.Docs.Tests;

/// <summary>The page about configuration tells every setting, and no other.</summary>
public sealed class SettingsTests
{
    private static readonly Type[] Options =
        [typeof(EventBusOptions), typeof(SubscriptionOptions), typeof(InMemoryOptions), typeof(RedisOptions), typeof(KafkaOptions)];

    [Fact]
    public void Settings_OfEveryKind_StandInTheTable()
    {
        var keys = new Page("docs/configuration.md").Lines
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Split('|')[2].Trim(' ', '`'))
            .Where(key => key.Length > 0 && key != "key" && !key.StartsWith('-'))
            .Select(key => key.Split(':') is [var first, var second] && second.Any(char.IsLower) ? key : key.Split(':')[0]);

        var settings = Options.SelectMany(Settings);

        Assert.Equal(settings.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
    }

    // The settings of a class of settings stand behind its name: Retry:Attempts.
    private static IEnumerable<string> Settings(Type options) => options.GetProperties().SelectMany(property =>
        property.PropertyType is { IsClass: true, Namespace: not "System" } nested
            ? Settings(nested).Select(name => $"{property.Name}:{name}")
            : [property.Name]);

    [Fact]
    public void Example_OfAConfigurationFile_NamesSettingsThatThereAre()
    {
        var json = new Page("docs/configuration.md").Snippets("json")[0];
        using var document = JsonDocument.Parse(json.Text);
        var bus = document.RootElement.GetProperty("EventBus");

        Assert.Empty(Unknown(bus, typeof(EventBusOptions), "InMemory", "Subscriptions"));
        Assert.Empty(Unknown(bus.GetProperty("InMemory"), typeof(InMemoryOptions)));
        Assert.All(
            bus.GetProperty("Subscriptions").EnumerateObject(),
            subscription => Assert.Empty(Unknown(subscription.Value, typeof(SubscriptionOptions))));
    }

    private static IEnumerable<string> Unknown(JsonElement section, Type options, params string[] sections) =>
        section.EnumerateObject().Select(entry => entry.Name)
            .Except(options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name))
            .Except(sections);
}
