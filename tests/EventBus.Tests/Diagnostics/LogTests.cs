using System.Reflection;
using System.Text.RegularExpressions;
using EventBus.Docs.Tests;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Tests.Diagnostics;

public sealed partial class LogTests
{
    private static readonly string[] Told = ["EventId", "EventType", "Position", "Subscription", "Attempts"];

    [Fact]
    public void Messages_OfTheBus_StandInTheTableWithTheirIdsLevelsAndFields()
    {
        var documented = new Page("docs/telemetry.md").Table("id").Select(row => $"{row[0]} {row[1]} {row[3]}");
        var messages = typeof(IEventBus).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => $"{message.EventId} {message.Level.ToString().ToLowerInvariant()} {Fields(message.Message)}");

        Assert.Equal(documented.Order(StringComparer.Ordinal), messages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task HandledEvent_AtDebug_IsToldWithIdTypeGroupAttemptsAndDuration()
    {
        using var log = new LogRecorder(LogLevel.Debug);
        await using var bus = await StartAsync(log, (_, context, _) =>
            context.Attempt == 1 ? throw new InvalidOperationException("once") : ValueTask.CompletedTask);
        var position = await bus.Publisher.PublishAsync(
            new Numbered("k", 1), new PublishOptions { Id = "the-id" }, TestContext.Current.CancellationToken);

        var handled = await log.WithIdAsync(304);
        Assert.Equal(LogLevel.Debug, handled.Level);
        Assert.Equal(
            ["the-id", "number.drawn", position.ToString(), "s", "2"],
            Told.Select(field => handled.Fields[field]?.ToString()));
        Assert.InRange(Assert.IsType<double>(handled.Fields["DurationMilliseconds"]), 0.000_1, 30_000);
        var failed = await log.WithIdAsync(301);
        Assert.Equal((LogLevel.Warning, "once"), (failed.Level, failed.Exception?.Message));
    }

    [Fact]
    public async Task HandledEvent_AboveDebug_IsNotToldOf()
    {
        using var log = new LogRecorder(LogLevel.Information);
        await using (var bus = await StartAsync(log, (_, _, _) => ValueTask.CompletedTask))
        {
            await bus.Publisher.PublishNumbersAsync("k", 3);
        }

        Assert.DoesNotContain(log.Lines.Items, line => line.Level < LogLevel.Information);
        Assert.Contains(log.Lines.Items, line => line.Id == 202);
    }

    private static Task<TestBus> StartAsync(LogRecorder log, Func<Numbered, EventContext, CancellationToken, ValueTask> handle) =>
        TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").Handle(handle),
            services => services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(log.Least)));

    private static string Fields(string template) =>
        string.Join(", ", Field().Matches(template).Select(match => match.Groups["name"].Value));

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Field();
}
