using System.Text.Json.Nodes;
using EventBus.DeadLetters;
using EventBus.Serialization;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Catalog;

public sealed class UpcastFailureTests
{
    [Fact]
    public async Task Upcaster_Throws_TheEventCannotBeDecodedAndTheStepIsNamed() => await FailsAsync(
        new PaymentV1("1", "not a number"), Payments.ToV2, "The upcaster of 'payment.made' from version 1 to 2 failed: ", typeof(FormatException));

    [Fact]
    public async Task Upcaster_IsCancelledByItself_IsAFailureLikeAnyOther() => await FailsAsync(
        new PaymentV1("1", "1"), _ => throw new OperationCanceledException("not now"), "from version 1 to 2 failed: not now", typeof(OperationCanceledException));

    [Fact]
    public async Task Upcaster_ReturnsNull_TheStepIsNamed() => await FailsAsync(
        new PaymentV1("1", "1"), _ => null!, "from version 1 to 2 failed: It returned null.", typeof(EventBusException));

    [Fact]
    public async Task Upcaster_ReturnsWhatTheTypeCannotRead_BothVersionsAndTheTypeAreNamed() => await FailsAsync(
        new PaymentV1("1", "1"), _ => new JsonObject { ["amount"] = "much" }, "'payment.made', upcast from version 1 to 2, is not a PaymentV2: ",
        typeof(System.Text.Json.JsonException));

    [Fact]
    public async Task Data_IsNotAnObject_TheContractIsNamed() => await FailsAsync(
        new List<int> { 1 }, Payments.ToV2, "The data of 'payment.made', version 1, cannot be upcast to version 2: The data is not a JSON object.",
        typeof(EventBusException));

    [Fact]
    public async Task StartAsync_WithMistakesInTheUpcasters_TellsAllInOneMessage()
    {
        await using var bus = TestBus.Create(bus => bus
            .Event<PaymentV3>("a", version: 3).Upcast("a", 0).Upcast("a", 1).Upcast("a", 1, Payments.ToV2).Upcast("a", 2)
            .Event<PaymentV2>("b", version: 2).Upcast("b", 1).Upcast("b", 4)
            .Upcast("nobody", 1));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                "Upcast 'a': from is 0, and versions count from 1.",
                "Upcast 'a': there are several from version 1. Keep one.",
                "Upcast 'b': there is a gap: none leads from version 2 to 4.",
                "Upcast 'b': the last one leads to version 5, which no type is registered for. Registered: 2.",
                "Upcast 'nobody': no event of that contract name is registered. Add: bus.Event<T>(\"nobody\", version: …);",
            ],
            thrown.Failures);
    }

    [Fact]
    public async Task StartAsync_WithAnotherSerializer_TellsThatUpcastersNeedJson()
    {
        await using var bus = TestBus.Create(bus => bus.UseSerializer(new OtherSerializer())
            .Event<PaymentV2>("a", version: 2).Upcast("a", 1, Payments.ToV2));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Upcast works on JSON", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Upcast_WithoutAName_IsRefused() =>
        Assert.Throws<ArgumentNullException>(() => new ServiceCollection().AddEventBus().Upcast(null!, 1));

    [Fact]
    public async Task Upcaster_Throws_TheEventIsADeadLetterAtOnceWithItsOwnBytes()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.UseInMemory(memory => memory.RoundTripJson = true)
            .Event<PaymentV1>(Payments.Name, version: 1).Event<PaymentV2>(Payments.Name, version: 2)
            .Upcast(Payments.Name, 1, Payments.ToV2)
            .Subscription("s").WithDeadLetters().Handle<PaymentV2>((_, _, _) => ValueTask.CompletedTask));
        var deadLetters = bus.Services.GetRequiredService<IDeadLetters>();

        await bus.Publisher.PublishAsync(new PaymentV1("1", "much"), TestContext.Current.CancellationToken);

        var start = TimeProvider.System.GetTimestamp();
        while (await deadLetters.CountAsync("s", cancellationToken: TestContext.Current.CancellationToken) == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBus.Deadline, "There is no dead letter.");
            await Task.Yield();
        }

        DeadLetter letter = null!;
        await foreach (var one in deadLetters.ReadAsync("s", cancellationToken: TestContext.Current.CancellationToken))
        {
            letter = one;
        }

        Assert.Equal(1, letter.Attempts);
        Assert.Equal("""{"id":"1","amount":"much"}""", System.Text.Encoding.UTF8.GetString(letter.Envelope.Data.Span));
        Assert.Contains("The upcaster of 'payment.made' from version 1 to 2 failed", letter.ExceptionMessage, StringComparison.Ordinal);
    }

    private static async Task FailsAsync<T>(T published, Func<JsonObject, JsonObject> upcast, string message, Type cause)
        where T : notnull
    {
        await using var payments = new Payments(roundTripJson: true);
        await payments.StartAsync(bus => bus.Event<PaymentV2>(Payments.Name, version: 2).Upcast(Payments.Name, 1, upcast)
            .Subscription("s").Handle<PaymentV2>((e, _, _) => payments.NoteAsync(e)));

        await payments.PublishAsync(published, version: 1);

        var failure = Assert.IsType<EventBusException>(Assert.Single(await payments.Failed.CountAsync(1)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.IsType(cause, failure.InnerException);
        Assert.Empty(payments.Seen.Items);
    }

    private sealed class OtherSerializer : IEventSerializer
    {
        public string ContentType => "application/x-other";

        public void Serialize<T>(T value, System.Buffers.IBufferWriter<byte> destination)
            where T : notnull => throw new NotSupportedException();

        public T Deserialize<T>(ReadOnlyMemory<byte> data)
            where T : notnull => throw new NotSupportedException();
    }
}
