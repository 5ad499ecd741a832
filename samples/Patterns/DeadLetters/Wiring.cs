using Microsoft.Extensions.DependencyInjection;
using Samples;

namespace DeadLettersSample;

internal static class Wiring
{
    public const string Group = "notification-delivery";
    private const int Attempts = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(40);

    public static ServiceProvider Build(SampleSettings settings, Gateway gateway, Story story)
    {
        var services = new ServiceCollection();
        services.AddSingleton(gateway).AddSingleton(story);
        services.AddEventBus(bus =>
        {
            settings.Carry(bus).Event<NotificationRequested>("notification.requested", topic: "notifications", key: e => e.Address);
            bus.Subscription(Group)
                .Handle<NotificationRequested, Deliver>()
                .WithConcurrency(4)
                .WithRetry(retry => (retry.Attempts, retry.Delay) = (Attempts, FirstDelay))
                .WithDeadLetters(onDeadLetter: (letter, _) =>
                {
                    story.Alert($"dead letter: {letter}");
                    return ValueTask.CompletedTask;
                });
        });
        return services.BuildServiceProvider();
    }
}
