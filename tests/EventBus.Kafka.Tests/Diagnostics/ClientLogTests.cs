using EventBus.Kafka.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Tests.Diagnostics;

/// <summary>What librdkafka logs stands in the application's log.</summary>
public sealed class ClientLogTests(KafkaServers servers) : IDisposable
{
    private readonly LogOfAll _log = new();

    [Fact]
    public async Task Library_AskedToTellMore_LogsUnderTheTransportsCategory()
    {
        await using var bus = NotedBus.Create(
            bus =>
            {
                _log.Attach(bus);
                bus.UseKafka(servers.BootstrapServers, options => options.Prefix = servers.NewPrefix());
            },
            ("EventBus:Kafka:Properties:debug", "broker"));
        await bus.StartAsync();
        await bus.PublishAsync(new Noted("k", 1));
        await bus.DisposeAsync();

        var told = _log.Lines.Where(static line => line.Id == 611).ToArray();
        Assert.All(told, static line => Assert.Equal(("EventBus.Kafka", LogLevel.Debug), (line.Category, line.Level)));
        Assert.Contains(told, static line => line.Text.StartsWith("Kafka producer: CONNECT", StringComparison.Ordinal));
        Assert.Contains(told, static line => line.Text.StartsWith("Kafka cluster client: CONNECT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Library_AskedNothing_TellsNothingWhereAllIsWell()
    {
        await using var bus = await NotedBus.StartAsync(bus =>
        {
            _log.Attach(bus);
            bus.UseKafka(servers.BootstrapServers, options => options.Prefix = servers.NewPrefix());
        });
        await bus.PublishAsync(new Noted("k", 1));
        await bus.DisposeAsync();

        Assert.DoesNotContain(_log.Lines, static line => line.Id is 611 or 612);
    }

    [Fact]
    public async Task Brokers_NotThere_AreToldByWarnings()
    {
        await using var bus = NotedBus.Create(bus =>
        {
            _log.Attach(bus);
            bus.UseKafka("127.0.0.1:1", static options => options.StartTimeout = TimeSpan.FromSeconds(2));
        });
        await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        var warnings = _log.Lines.Where(static line => line is { Id: 612, Level: LogLevel.Warning }).ToArray();
        Assert.Contains(warnings, static line => line.Category == "EventBus.Kafka" && line.Text.Contains("127.0.0.1:1", StringComparison.Ordinal));

        // Once for each kind of trouble, not with each try.
        Assert.Equal(warnings.Length, warnings.DistinctBy(static line => line.Text.Split(':')[1]).Count());
    }

    public void Dispose() => _log.Dispose();
}
