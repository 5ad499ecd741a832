using DeadLettersSample;
using EventBus;
using EventBus.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Samples;

// Notifications are delivered to a gateway that is busy at first, does not know an address, and dislikes one text. What it never takes becomes
// a dead letter; an operator looks, mends, sends again, and throws one away. In memory, or on servers by EventBus:Transport=redis or kafka.
await using var settings = SampleSettings.Read("dead-letters", args);
var story = new Story();
var gateway = new Gateway();
await using var services = Wiring.Build(settings, gateway, story);
await services.GetRequiredService<IEventBus>().StartAsync();
var publisher = services.GetRequiredService<IEventPublisher>();
var deadLetters = services.GetRequiredService<IDeadLetters>();

story.Title("1  Exponential back-off: the gateway is busy for the first two attempts");
await publisher.PublishAsync(new NotificationRequested("n-1", "ada@example.org", "Your order has been shipped."));
await story.UntilAsync(() => gateway.Delivered("n-1"));
story.Expect("it was delivered by the third attempt", gateway.AttemptsOf("n-1") == 3);

story.Title("2  Poison is contained: two bad ones among good ones");
await publisher.PublishBatchAsync<NotificationRequested>(
[
    new("n-2", "no-such-address", "Your invoice."),
    new("n-3", "bob@example.org", "Your parcel is here."),
    new("n-4", "eve@example.org", "FREE MONEY"),
    new("n-5", "cyd@example.org", "Your refund."),
]);
await story.UntilAsync(() => gateway.Delivered("n-3") && gateway.Delivered("n-5"));
await story.UntilAsync(async () => await deadLetters.CountAsync(Wiring.Group) == 2);
story.Expect("the good ones were delivered", gateway.Delivered("n-3") && gateway.Delivered("n-5"));

story.Title("3  Alerts: the hook was told of each");
await story.UntilAsync(() => story.Alerts >= 2);
story.Expect("the pager rang twice", story.Alerts == 2);

story.Title("4  Look: newest first, with the cause");
var letters = new Dictionary<string, DeadLetter>(StringComparer.Ordinal);
await foreach (var letter in deadLetters.ReadAsync(Wiring.Group, new DeadLetterQuery { NewestFirst = true }))
{
    var notification = (NotificationRequested)letter.Envelope.Value!;
    letters[notification.Id] = letter;
    story.Say($"{notification.Id} to {notification.Address}: {letter.ExceptionType.Split('.')[^1]}: {letter.ExceptionMessage} "
        + $"({letter.Attempts} attempts, at {letter.Origin})");
}

story.Expect("the unknown address was tried four times", letters["n-2"].Attempts == 4);
story.Expect("the refused text was not tried again", letters["n-4"].Attempts == 1);

story.Title("5  Fix and send again: the address is mended");
await deadLetters.RedriveAsync(
    Wiring.Group,
    new DeadLetterQuery { Positions = [letters["n-2"].Position] },
    replace: letter => (NotificationRequested)letter.Envelope.Value! with { Address = "dan@example.org" });
await story.UntilAsync(() => gateway.Delivered("n-2"));
story.Expect("it was delivered to the right address", gateway.AddressOf("n-2") == "dan@example.org");
var mended = await deadLetters.FindAsync(Wiring.Group, letters["n-2"].Position);
story.Expect("the change is on record, and the original is kept", mended is
{
    SettledAt: not null, Reason: not null, Envelope.Value: NotificationRequested { Address: "no-such-address" },
});

story.Title("6  Send again what has not been mended: it comes back, and says how often");
await deadLetters.RedriveAsync(Wiring.Group, new DeadLetterQuery { ExceptionType = nameof(DoNotRetryException) });
DeadLetter? again = null;
await story.UntilAsync(async () =>
{
    await foreach (var letter in deadLetters.ReadAsync(Wiring.Group))
    {
        again = letter;
    }

    return again is { Redrives: 1 };
});
story.Expect("it has been round once", again!.Redrives == 1);

story.Title("7  Throw away, with a reason");
var discarded = await deadLetters.DiscardAsync(Wiring.Group, new DeadLetterQuery { Key = "eve@example.org" }, "Spam.");
story.Expect("one was discarded, and nothing is dead any more", discarded == 1 && await deadLetters.CountAsync(Wiring.Group) == 0);
return story.End();
