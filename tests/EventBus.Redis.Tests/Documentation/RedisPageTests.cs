using System.Reflection;
using System.Text.RegularExpressions;
using EventBus.Docs.Tests;
using EventBus.Redis.Connections;
using EventBus.Redis.Diagnostics;
using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Documentation;

/// <summary>docs/redis.md says what is.</summary>
public sealed partial class RedisPageTests
{
    private const string Prefix = "eventbus:";
    private const int SomePartition = 7;
    private static readonly Page s_page = new("docs/redis.md");

    [Fact]
    public void Keys_OfTheTransport_StandInTheTable()
    {
        Assert.Equal(Names<RedisKey>(), s_page.Table("key").Select(row => row[0]).Order(StringComparer.Ordinal));
        Assert.Equal(Names<RedisChannel>(), s_page.Table("channel").Select(row => row[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rights_OnThePage_AreThoseThatTheTestsRunWith()
    {
        var quoted = Assert.Single(s_page.Snippets("acl")).Text;

        Assert.Equal(MinimalAcl.For(Prefix).Trim(), Spaces().Replace(quoted, " ").Trim());
    }

    [Fact]
    public void Messages_OfTheLog_StandInTheTableWithTheirIdsLevelsAndFields()
    {
        var documented = new Page("docs/telemetry.md").Table("Redis id").Select(row => $"{row[0]} {row[1]} {row[3]}");
        var messages = typeof(RedisLog).GetMethods()
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message =>
                $"{message.EventId} {message.Level.ToString().ToLowerInvariant()} {string.Join(", ", Field().Matches(message.Message).Select(field => field.Value))}");

        Assert.Equal(documented.Order(StringComparer.Ordinal), messages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Messages_ThatHaveAdvice_AreInTheSources()
    {
        var sources = string.Concat(Directory.GetFiles(Path.Combine(Page.Root, "src", "EventBus.Redis"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var messages = NameOf().Replace(Join().Replace(sources, string.Empty), "${name}");

        var unknown = s_page.Table("it says").Select(row => row[0]).Where(said => said != "NOPERM")
            .SelectMany(said => said.Split('…', StringSplitOptions.TrimEntries))
            .Where(part => !messages.Contains(part, StringComparison.Ordinal));

        Assert.Empty(unknown);
    }

    // As the page writes them: with the names of what they are made of.
    private static IEnumerable<string> Names<T>()
    {
        var keys = new RedisKeys(Prefix);
        var properties = typeof(RedisKeys).GetProperties().Where(property => property.PropertyType == typeof(T)).Select(property => property.GetValue(keys));
        var methods = typeof(RedisKeys).GetMethods().Where(method => method.ReturnType == typeof(T) && !method.IsSpecialName)
            .Select(method => method.Invoke(keys, Array.ConvertAll(method.GetParameters(), Argument)));
        return properties.Concat(methods).Select(name => name!.ToString()!.Replace($"/{SomePartition}", "/PARTITION", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    private static object Argument(ParameterInfo parameter) => parameter.Name switch
    {
        "partition" => SomePartition,
        "stream" => new RedisKeys(Prefix).Stream("TOPIC", SomePartition),
        var name => name!.ToUpperInvariant(),
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, 1_000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<=\{)\w+(?=\})", RegexOptions.None, 1_000)]
    private static partial Regex Field();

    // Where a text goes on in the next line.
    [GeneratedRegex("\"\\s*\\n\\s*\\+ \\$?\"", RegexOptions.None, 1_000)]
    private static partial Regex Join();

    [GeneratedRegex(@"\{nameof\(\w+\.(?<name>\w+)\)\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex NameOf();
}
