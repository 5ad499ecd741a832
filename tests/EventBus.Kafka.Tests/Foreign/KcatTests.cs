using System.Text;
using EventBus.DeadLetters;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Foreign;

/// <summary>Records of another client, and ours as it sees them.</summary>
public sealed class KcatTests(KafkaServers servers)
{
    private readonly string _prefix = servers.NewPrefix();
    private readonly Kcat _kcat = new(servers);

    private string Topic => $"{_prefix}noted";

    [Fact]
    public async Task Record_InBinaryMode_IsHandledWithItsAttributes()
    {
        await using var bus = await StartAsync(out var handled);
        await _kcat.WriteAsync(
            Topic, "key-1", """{"key":"key-1","number":7}""",
            "ce_specversion=1.0", "ce_id=id-1", "ce_source=/kcat", "ce_type=noted", "ce_time=2026-01-02T03:04:05Z", "ce_subject=subject",
            "content-type=application/json", "größe=groß");

        var (noted, envelope) = await handled.Task.Within();

        Assert.Equal(new Noted("key-1", 7), noted);
        Assert.Equal(("id-1", "/kcat", "noted", "subject"), ($"{envelope.Id}", envelope.Metadata.Source, envelope.Type, envelope.Metadata.Subject));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), envelope.Time);
        Assert.Equal("key-1", envelope.Key);
        Assert.Equal("groß", envelope.Metadata.Headers["größe"]);
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"id-1","source":"/kcat","type":"noted","datacontenttype":"application/json","data":{"key":"key-1","number":7}}""")]
    [InlineData("""{"specversion":"1.0","id":"id-1","source":"/kcat","type":"noted","data_base64":"eyJrZXkiOiJrZXktMSIsIm51bWJlciI6N30="}""")]
    public async Task Record_InStructuredMode_IsHandledWithItsAttributes(string value)
    {
        await using var bus = await StartAsync(out var handled);
        await _kcat.WriteAsync(Topic, "key-1", value, "content-type=application/cloudevents+json; charset=UTF-8");

        var (noted, envelope) = await handled.Task.Within();

        Assert.Equal(new Noted("key-1", 7), noted);
        Assert.Equal(("id-1", "/kcat", "noted", "key-1"), ($"{envelope.Id}", envelope.Metadata.Source, envelope.Type, envelope.Key));
    }

    [Fact]
    public async Task Record_OfAForeignTopic_HasTheContractOfTheSettings()
    {
        await using var bus = await StartAsync(out var handled, options => options.ForeignTopics["noted"] = "noted");
        await _kcat.WriteAsync(Topic, key: null, """{"key":"key-1","number":7}""");

        var (noted, envelope) = await handled.Task.Within();

        Assert.Equal(new Noted("key-1", 7), noted);
        Assert.StartsWith("noted/", $"{envelope.Id}", StringComparison.Ordinal);
        Assert.Null(envelope.Key);
    }

    [Fact]
    public async Task Record_ThatIsNoEvent_BecomesADeadLetterAndLosesNothing()
    {
        await using var bus = await StartAsync(out var handled);
        await _kcat.WriteAsync(Topic, "key-1", "anything", "name=value");
        await bus.PublishAsync(new Noted("key-1", 7));

        Assert.Equal(7, (await handled.Task.Within()).Event.Number);
        var letters = bus.Services.GetRequiredService<IDeadLetters>();
        await Eventually.TrueAsync(
            async () => await letters.CountAsync("group", cancellationToken: TestContext.Current.CancellationToken) == 1, static () => "the record to be a dead letter");
        var letter = await letters.ReadAsync("group", cancellationToken: TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
        Assert.Equal("anything", Encoding.UTF8.GetString(letter.Envelope.Data.Span));
        Assert.Equal("value", letter.Envelope.Metadata.Headers["name"]);
    }

    [Fact]
    public async Task OwnRecord_IsReadByKcatWithItsHeaders()
    {
        await using var bus = await StartAsync(out _);
        await bus.Services.GetRequiredService<IEventPublisher>().PublishAsync(
            new Noted("key-1", 7),
            new PublishOptions { Id = "id-1", Subject = "subject", Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["größe"] = "groß", ["ce_id"] = "own" } },
            TestContext.Current.CancellationToken);

        var record = Assert.Single(await _kcat.ReadAsync(Topic, "%k %s %h"));

        Assert.StartsWith("""key-1 {"key":"key-1","number":7} """, record, StringComparison.Ordinal);
        var headers = record[(record.LastIndexOf(' ') + 1)..].Split(',');
        Assert.Subset(
            headers.ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal)
            {
                "ce_specversion=1.0", "ce_id=id-1", "ce_type=noted", "ce_subject=subject", "content-type=application/json", "größe=groß", "h_ce_id=own",
            });
        Assert.Contains(headers, static header => header.StartsWith("ce_source=", StringComparison.Ordinal));
        Assert.Contains(headers, static header => header.StartsWith("ce_time=2", StringComparison.Ordinal));
    }

    private async Task<NotedBus> StartAsync(Action<KafkaOptions>? settings, Func<Noted, EventContext, ValueTask> handler) =>
        await NotedBus.StartAsync(bus =>
        {
            bus.UseKafka(servers.BootstrapServers, options =>
            {
                options.Prefix = _prefix;
                settings?.Invoke(options);
            });
            bus.Subscription("group").Handle<Noted>((noted, context, _) => handler(noted, context)).WithDeadLetters();
        });

    private Task<NotedBus> StartAsync(
        out TaskCompletionSource<(Noted Event, Envelope Envelope)> handled, Action<KafkaOptions>? settings = null)
    {
        var first = handled = new TaskCompletionSource<(Noted, Envelope)>(TaskCreationOptions.RunContinuationsAsynchronously);
        return StartAsync(settings, (noted, context) =>
        {
            first.TrySetResult((noted, context.Envelope));
            return ValueTask.CompletedTask;
        });
    }
}
