using EventBus.Pipeline;

namespace EventBus.Samples.Tests.Activities;

public sealed class StopTests
{
    private const string Body = """{"userId": "user-123", "eventType": "LOGIN"}""";

    [Fact]
    public async Task Stop_HandlerRunning_LetsItEndAndNobodyRepeatsIt()
    {
        var broker = ActivityServer.NewBroker();
        var gate = new Gate();
        var both = new Deliveries();
        string login, logout;
        await using (var first = await ActivityServer.StartAsync(bus => bus.UseInMemory(broker).Use(both).Use(gate)))
        {
            login = (await first.GenerateAsync("user-123")).EventId;
            await gate.Entered.WaitAsync(TestContext.Current.CancellationToken);
            logout = (await first.GenerateAsync("user-123", "LOGOUT")).EventId;
            var stopping = first.App.StopAsync(TestContext.Current.CancellationToken);
            Assert.False(stopping.IsCompleted);

            gate.Open();
            await stopping;
            Assert.Equal(1, both.Count(ActivityServer.Group, login));
        }

        // The one behind it may have been processed while the first instance stopped, or be left to the second.
        await using var second = await ActivityServer.StartAsync(bus => bus.UseInMemory(broker).Use(both));
        await both.WaitAsync(ActivityServer.Group, logout);
        var last = await second.GenerateAsync("user-123");
        await both.WaitAsync(ActivityServer.Group, last.EventId);
        Assert.Equal((1, 1), (both.Count(ActivityServer.Group, login), both.Count(ActivityServer.Group, logout)));
    }

    [Fact]
    public async Task Stop_RequestInFlight_AnswersItAndTheNextInstanceGoesOn()
    {
        var broker = ActivityServer.NewBroker();
        await using (var first = await ActivityServer.StartAsync(broker))
        {
            using var request = await HalfRequest.SendAsync(first.Http.BaseAddress!, "/events/generate", Body);
            var stopping = first.App.StopAsync(TestContext.Current.CancellationToken);
            Assert.False(stopping.IsCompleted);

            Assert.StartsWith("HTTP/1.1 201 ", await request.FinishAsync(), StringComparison.Ordinal);
            await stopping;
        }

        await using var second = await ActivityServer.StartAsync(broker);
        Assert.Equal("user-123", Assert.Single(await second.StoredAsync()).Envelope.Key);
    }

    [Fact]
    public async Task Terminate_Process_AnswersWhatIsInFlightClosesBothSidesAndEndsWithZero()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        await using var service = SampleProcess.Start("UserActivity", [], ("PORT", "0"), ("KAFKA_TOPIC", "clicks"), ("KAFKA_GROUP_ID", "counters"));
        using var request = await HalfRequest.SendAsync(await service.UrlAsync(), "/events/generate", Body);

        await service.TerminateAsync();
        await service.WaitForAsync("Application is shutting down");
        var status = await request.FinishAsync();

        Assert.StartsWith("HTTP/1.1 201 ", status, StringComparison.Ordinal);
        await service.WaitForAsync("stored at clicks/");
        await service.WaitForAsync("Subscription counters has stopped");
        Assert.Equal(0, await service.ExitCodeAsync());
    }

    /// <summary>Holds the first delivery until it is opened.</summary>
    private sealed class Gate : IConsumeMiddleware
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void Open() => _open.TrySetResult();

        public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
        {
            _entered.TrySetResult();
            await _open.Task;
            await next(context, cancellationToken);
        }
    }
}
