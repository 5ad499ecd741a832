using System.Diagnostics;
using EventBus.DeadLetters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.TrimApp;

/// <summary>
/// Publishes an event, waits until a handler from the services has given it up, redrives it, and waits until it has been handled.
/// </summary>
internal static class RoundTrip
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <param name="use">Chooses the transport.</param>
    /// <param name="isSame">Whether the handler is to get the very object that was published.</param>
    /// <returns>What went wrong; null when the event was handled.</returns>
    public static async Task<string?> RunAsync(Action<EventBusBuilder> use, bool isSame)
    {
        var handled = new TaskCompletionSource<UserRegistered>();
        var services = new ServiceCollection();
        services.AddSingleton(handled);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventBus:Subscriptions:trimmed:Events:user.registered:Retry:Attempts"] = "2",
        }).Build());
        services.AddEventBus(bus =>
        {
            use(bus);
            bus.Event("user.registered", TrimAppJson.Default.UserRegistered, topic: "user-events", key: e => e.UserId);
            bus.Subscription("trimmed").Handle<UserRegistered, Remember>().WithConcurrency(2)
                .WithRetry(retry => (retry.Delay, retry.AttemptTimeout) = (TimeSpan.FromMilliseconds(1), Deadline))
                .WithDeadLetters(keepKeyOrder: true)
                .WithIdempotency()
                .WithCircuitBreaker(breaker => breaker.FailureRatio = 1)
                .Configure(options => options.MaxPerSecond = 10_000);
        });

        await using var provider = services.BuildServiceProvider();
        var bus = provider.GetRequiredService<IEventBus>();
        await bus.StartAsync();
        var sent = new UserRegistered("42", "ada@example.org");
        await provider.GetRequiredService<IEventPublisher>().PublishAsync(sent);
        var deadLetters = provider.GetRequiredService<IDeadLetters>();
        var start = Stopwatch.GetTimestamp();
        while (await deadLetters.RedriveAsync("trimmed", new DeadLetterQuery { EventType = "user.registered" }) == 0)
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
            {
                return $"the event was no dead letter within {Deadline.TotalSeconds} s";
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        if (await Task.WhenAny(handled.Task, Task.Delay(Deadline, TimeProvider.System)) != handled.Task)
        {
            return $"the event was not handled within {Deadline.TotalSeconds} s";
        }

        var received = await handled.Task;
        await bus.StopAsync();
        return received != sent ? $"{received} was handled in place of {sent}"
            : ReferenceEquals(received, sent) != isSame ? "the event did not go the way that was asked for"
            : null;
    }
}
