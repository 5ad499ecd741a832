using EventBus.Pipeline;
using EventBus.Transports.InMemory;

namespace EventBus.Samples.Tests;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Stop_RequestInFlight_AnswersItAndTheNextInstanceGoesOn()
    {
        var broker = new InMemoryBroker();
        string answer;
        await using (var first = await ShopServer.StartAsync(bus => bus.UseInMemory(broker)))
        {
            using var request = await HalfRequest.SendAsync(
                first.Http.BaseAddress!, "/users", """{"name": "Ada Lovelace", "email": "ada@example.com", "age": 36}""");
            var stopping = first.App.StopAsync(TestContext.Current.CancellationToken);
            Assert.False(stopping.IsCompleted);

            answer = await request.FinishAsync();
            await stopping;
        }

        Assert.StartsWith("HTTP/1.1 201 ", answer, StringComparison.Ordinal);
        await using var second = await ShopServer.StartAsync(bus => bus.UseInMemory(broker));
        await AssertWelcomedOnceAsync(second);
    }

    [Fact]
    public async Task Stop_HandlerRunning_LetsItEndAndPublish()
    {
        var broker = new InMemoryBroker();
        var gate = new Gate("user-handler");
        await using (var first = await ShopServer.StartAsync(bus => bus.UseInMemory(broker).Use(gate)))
        {
            await first.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);
            await gate.Entered.WaitAsync(TestContext.Current.CancellationToken);
            var stopping = first.App.StopAsync(TestContext.Current.CancellationToken);
            Assert.False(stopping.IsCompleted);

            gate.Open();
            await stopping;
            Assert.Equal(1, first.Deliveries.Count("user-handler"));
        }

        await using var second = await ShopServer.StartAsync(bus => bus.UseInMemory(broker));
        await AssertWelcomedOnceAsync(second);
        Assert.Equal(0, second.Deliveries.Count("user-handler"));
    }

    // The welcome may have been handled by the first instance or be left to the second: either way there is one.
    private static async Task AssertWelcomedOnceAsync(ShopServer shop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        await shop.Log.ReadAsync("notification-events", SeekTarget.Earliest, follow: true, deadline.Token).FirstAsync(deadline.Token);

        var users = await shop.SendAsync(HttpMethod.Get, "/admin/topics/user-events/events");
        var notifications = await shop.SendAsync(HttpMethod.Get, "/admin/topics/notification-events/events");
        var user = Assert.Single(users.Json.GetProperty("events").EnumerateArray());
        var notification = Assert.Single(notifications.Json.GetProperty("events").EnumerateArray());
        Assert.Equal(user.GetProperty("event").GetProperty("id").GetString(), notification.GetProperty("causationId").GetString());
    }

    /// <summary>Holds a subscription's first delivery until it is opened.</summary>
    private sealed class Gate(string subscription) : IConsumeMiddleware
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void Open() => _open.TrySetResult();

        public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
        {
            if (context.Subscription == subscription)
            {
                _entered.TrySetResult();
                await _open.Task;
            }

            await next(context, cancellationToken);
        }
    }
}
