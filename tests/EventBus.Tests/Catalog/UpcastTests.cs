using System.Text.Json.Nodes;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Catalog;

public sealed class UpcastTests
{
    private static readonly PaymentV1 First = new("1", "12.50");
    private static readonly PaymentV2 Second = new("2", 7m, "USD");
    private static readonly PaymentV3 Third = new("3", new Money(1.25m, "CHF"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HandlerOfTheNewestVersion_EventsOfAll_AreUpcastStepByStep(bool roundTripJson)
    {
        await using var payments = new Payments(roundTripJson);
        await payments.StartAsync(bus => bus.Event<PaymentV3>(Payments.Name, version: 3)
            .Upcast(Payments.Name, 1, Payments.ToV2).Upcast(Payments.Name, 2, Payments.ToV3)
            .Subscription("s").Handle<PaymentV3>((e, _, _) => payments.NoteAsync(e)));

        await PublishAllAsync(payments);

        Assert.Equal(
            [new PaymentV3("1", new Money(12.50m, "EUR")), new PaymentV3("2", new Money(7m, "USD")), Third],
            await payments.Seen.CountAsync(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HandlersOfSeveralVersions_AnEvent_GoesToItsOwnOrTheLowestThatIsReached(bool roundTripJson)
    {
        await using var payments = new Payments(roundTripJson);
        await payments.StartAsync(bus => bus.Event<PaymentV2>(Payments.Name, version: 2).Event<PaymentV3>(Payments.Name, version: 3)
            .Upcast(Payments.Name, 1, Payments.ToV2).Upcast(Payments.Name, 2, Payments.ToV3)
            .Subscription("s").Handle<PaymentV3>((e, _, _) => payments.NoteAsync(e)).Handle<PaymentV2>((e, _, _) => payments.NoteAsync(e)));

        await PublishAllAsync(payments);

        Assert.Equal([new PaymentV2("1", 12.50m, "EUR"), Second, Third], await payments.Seen.CountAsync(3));
    }

    [Fact]
    public async Task HandlerOfOneOfSeveralTypes_EventsOfAll_ComeToIt()
    {
        await using var payments = new Payments(roundTripJson: true);
        await payments.StartAsync(bus => bus.Event<PaymentV1>(Payments.Name, version: 1).Event<PaymentV2>(Payments.Name, version: 2)
            .Event<PaymentV3>(Payments.Name, version: 3)
            .Upcast(Payments.Name, 1, Payments.ToV2).Upcast(Payments.Name, 2, Payments.ToV3)
            .Subscription("s").Handle<PaymentV2>((e, _, _) => payments.NoteAsync(e)));

        await PublishAllAsync(payments);

        // The third is read by what the second knows: it has no amount of its own.
        Assert.Equal([new PaymentV2("1", 12.50m, "EUR"), Second, new PaymentV2("3", 0m, null!)], await payments.Seen.CountAsync(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HandlerOfAnOldVersion_NewerEventWithMore_IgnoresWhatItDoesNotKnow(bool roundTripJson)
    {
        await using var payments = new Payments(roundTripJson);
        await payments.StartAsync(bus => bus.Event<PaymentV2>(Payments.Name, version: 2)
            .Subscription("s").Handle<PaymentV2>((e, _, _) => payments.NoteAsync(e)));

        await payments.PublishAsync(new Wider("9", 3m, "SEK", "tip"), version: 9);

        Assert.Equal([new PaymentV2("9", 3m, "SEK")], await payments.Seen.CountAsync(1));
    }

    [Fact]
    public async Task OlderEvent_WithoutAWayToTheHandledVersion_FailsWithTheLineToAdd()
    {
        await using var payments = new Payments(roundTripJson: true);
        await payments.StartAsync(bus => bus.Event<PaymentV3>(Payments.Name, version: 3)
            .Upcast(Payments.Name, 2, Payments.ToV3).Subscription("s").Handle<PaymentV3>((e, _, _) => payments.NoteAsync(e)));

        await payments.PublishAsync(First, version: 1);

        var failure = Assert.IsType<EventBusException>(Assert.Single(await payments.Failed.CountAsync(1)));
        Assert.Contains("bus.Upcast(\"payment.made\", from: 1, …)", failure.Message, StringComparison.Ordinal);
        Assert.Empty(payments.Seen.Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PlainStep_OlderEvent_IsReadAsItIs(bool roundTripJson)
    {
        await using var payments = new Payments(roundTripJson);
        await payments.StartAsync(bus => bus.Event<Wider>(Payments.Name, version: 3).Upcast(Payments.Name, from: 2)
            .Subscription("s").Handle<Wider>((e, _, _) => payments.NoteAsync(e)));

        await payments.PublishAsync(Second, version: 2);

        Assert.Equal([new Wider("2", 7m, "USD")], await payments.Seen.CountAsync(1));
    }

    [Fact]
    public async Task OneClassUnderTwoVersions_ByReference_IsUpcastToo()
    {
        await using var payments = new Payments(roundTripJson: false);
        await payments.StartAsync(bus => bus.Event<PaymentV2>(Payments.Name, version: 2)
            .Upcast(Payments.Name, 1, static payment => Changed(payment, "currency", "EUR"))
            .Subscription("s").Handle<PaymentV2>((e, _, _) => payments.NoteAsync(e)));

        await payments.PublishAsync(new PaymentV2("1", 1m, "?"), version: 1);

        Assert.Equal([new PaymentV2("1", 1m, "EUR")], await payments.Seen.CountAsync(1));
    }

    [Fact]
    public async Task BatchHandler_EventsOfSeveralVersions_AreInOneBatch()
    {
        await using var payments = new Payments(roundTripJson: true);
        await PublishAllAsync(payments);
        await payments.StartAsync(bus => bus.Event<PaymentV3>(Payments.Name, version: 3)
            .Upcast(Payments.Name, 1, Payments.ToV2).Upcast(Payments.Name, 2, Payments.ToV3)
            .Subscription("s").HandleBatch(new NoteBatch(payments), maxSize: 3, maxWait: TestBus.Deadline));

        Assert.Equal(
            [new PaymentV3("1", new Money(12.50m, "EUR")), new PaymentV3("2", new Money(7m, "USD")), Third],
            Assert.IsType<PaymentV3[]>(Assert.Single(await payments.Seen.CountAsync(1))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_EventsOfAllVersions_AreDecodedAsAHandlerGetsThem(bool roundTripJson)
    {
        await using var payments = new Payments(roundTripJson);
        await PublishAllAsync(payments);
        var reader = await payments.StartAsync(bus => bus.Event<PaymentV2>(Payments.Name, version: 2)
            .Upcast(Payments.Name, 1, Payments.ToV2));

        var read = await ReadAsync(reader);

        Assert.Equal(
            [new PaymentV2("1", 12.50m, "EUR"), Second, new PaymentV2("3", 0m, null!)], read.Select(entry => entry.Envelope.Value));
        Assert.Equal([1, 2, 3], read.Select(entry => entry.Envelope.Metadata.Version));
        Assert.All(read, entry =>
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            entry.Envelope.WriteDataTo(buffer);
            var written = JsonNode.Parse(buffer.WrittenSpan)!;
            Assert.Equal(entry.Envelope.Metadata.Version == 1 ? "12.50" : null, written["amount"] is JsonValue value && value.TryGetValue(out string? text) ? text : null);
        });
    }

    [Fact]
    public async Task ReadAsync_VersionThatCannotBeRead_ComesAsBytes()
    {
        await using var payments = new Payments(roundTripJson: false);
        await payments.PublishAsync(First, version: 1);
        var reader = await payments.StartAsync(bus => bus.Event<PaymentV3>(Payments.Name, version: 3));

        var entry = Assert.Single(await ReadAsync(reader));

        Assert.Null(entry.Envelope.Value);
        Assert.Equal("""{"id":"1","amount":"12.50"}""", System.Text.Encoding.UTF8.GetString(entry.Envelope.Data.Span));
    }

    private static async Task PublishAllAsync(Payments payments)
    {
        await payments.PublishAsync(First, version: 1);
        await payments.PublishAsync(Second, version: 2);
        await payments.PublishAsync(Third, version: 3);
    }

    private static async Task<List<LogEntry>> ReadAsync(TestBus bus)
    {
        List<LogEntry> entries = [];
        await foreach (var entry in bus.Log.ReadAsync(Payments.Name, SeekTarget.Earliest, cancellationToken: TestContext.Current.CancellationToken))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static JsonObject Changed(JsonObject json, string name, string value)
    {
        json[name] = value;
        return json;
    }

    private sealed record Wider(string Id, decimal Amount, string Currency, string? Note = null);

    private sealed class NoteBatch(Payments payments) : IBatchEventHandler<PaymentV3>
    {
        public ValueTask HandleAsync(EventBatch<PaymentV3> batch, CancellationToken cancellationToken) =>
            payments.NoteAsync(batch.ToArray());
    }
}
