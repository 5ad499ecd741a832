using Microsoft.Extensions.DependencyInjection;

namespace EventBus.TrimApp;

/// <summary>Publishes an event in memory and waits until a handler from the services has handled it.</summary>
internal static class RoundTrip
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <returns>What went wrong; null when the event was handled.</returns>
    public static async Task<string?> RunAsync(bool roundTripJson)
    {
        var handled = new TaskCompletionSource<UserRegistered>();
        var services = new ServiceCollection();
        services.AddSingleton(handled);
        services.AddEventBus(bus =>
        {
            bus.UseInMemory(options => options.RoundTripJson = roundTripJson);
            bus.Event("user.registered", TrimAppJson.Default.UserRegistered, topic: "user-events", key: e => e.UserId);
            bus.Subscription("trimmed").Handle<UserRegistered, Remember>().WithConcurrency(2);
        });

        await using var provider = services.BuildServiceProvider();
        var bus = provider.GetRequiredService<IEventBus>();
        await bus.StartAsync();
        var sent = new UserRegistered("42", "ada@example.org");
        await provider.GetRequiredService<IEventPublisher>().PublishAsync(sent);
        if (await Task.WhenAny(handled.Task, Task.Delay(Deadline, TimeProvider.System)) != handled.Task)
        {
            return $"the event was not handled within {Deadline.TotalSeconds} s";
        }

        var received = await handled.Task;
        await bus.StopAsync();
        return received != sent ? $"{received} was handled in place of {sent}"
            : ReferenceEquals(received, sent) == roundTripJson ? "the event did not go the way that was asked for"
            : null;
    }
}
