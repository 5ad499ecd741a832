using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Support;

/// <summary>A numbered event with a key.</summary>
internal sealed record Numbered(string? Key, int Number);

internal interface INamed
{
    string Name { get; }
}

internal abstract record Animal(string Name) : INamed;

internal sealed record Cat(string Name) : Animal(Name);

internal sealed record Dog(string Name) : Animal(Name);

internal static class Events
{
    public const string NumberedTopic = "numbers";

    public static EventBusBuilder AddNumbered(this EventBusBuilder bus) =>
        bus.Event<Numbered>("number.drawn", topic: NumberedTopic, key: e => e.Key);

    public static EventBusBuilder AddAnimals(this EventBusBuilder bus) =>
        bus.Event<Cat>("animal.cat").Event<Dog>("animal.dog");

    public static SubscriptionBuilder HandleNumbersInto(this SubscriptionBuilder subscription, Seen<int> seen) =>
        subscription.Handle<Numbered>((e, _, _) =>
        {
            seen.Add(e.Number);
            return ValueTask.CompletedTask;
        });

    public static async Task PublishNumbersAsync(this IEventPublisher publisher, string? key, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await publisher.PublishAsync(new Numbered(key, i), TestContext.Current.CancellationToken);
        }
    }
}
