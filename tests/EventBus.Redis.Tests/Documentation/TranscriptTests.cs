using EventBus.Docs.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Documentation;

/// <summary>What docs/redis.md shows of redis-cli is what it says.</summary>
public sealed class TranscriptTests
{
    private static readonly IReadOnlyList<Snippet> s_transcripts = new Page("docs/redis.md").Snippets("redis");

    [Fact]
    public async Task Transcripts_OnThePage_AreWhatAServerSays()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        var handling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<UserRegistered>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await NotedBus.StartAsync(bus =>
        {
            bus.UseRedis(server.Address).Configure(options => (options.Source, options.InstanceName) = ("/shop", "shop-1"));
            bus.Event<UserRegistered>("user.registered", topic: "user-events", key: e => e.UserId);
            bus.Subscription("notifications").Handle<UserRegistered>(async (e, _, _) =>
            {
                if (!handling.TrySetResult())
                {
                    second.TrySetResult(e);
                }

                await mayEnd.Task;
            });
        });
        await bus.Services.GetRequiredService<IEventPublisher>().PublishAsync(
            new UserRegistered("42", "ada@example.org"),
            new PublishOptions { Id = "9f1c", Time = DateTimeOffset.UnixEpoch.AddYears(56), Headers = new Dictionary<string, string> { ["tenant"] = "blue" } },
            TestContext.Current.CancellationToken).AsTask().Within();
        await handling.Task.Within();

        Assert.Equal(3, s_transcripts.Count);
        await AssertAsync(server, s_transcripts[0]);
        mayEnd.SetResult();
        await AssertAsync(server, s_transcripts[1]);
        await AssertAsync(server, s_transcripts[2], times: 1);
        Assert.Equal(new UserRegistered("42", "ada@example.org"), await second.Task.Within());
    }

    // What is settled is acknowledged a little later.
    private static async Task AssertAsync(RedisServer server, Snippet transcript, int times = 100)
    {
        var (expected, actual) = (RedisCli.Neutral(transcript.Text), string.Empty);
        for (var i = 0; i < times && RedisCli.Neutral(actual) != expected; i++)
        {
            actual = await RedisCli.RunAsync(server, transcript.Text);
        }

        Assert.True(RedisCli.Neutral(actual) == expected, $"{transcript} should be:\n{actual}");
    }

    private sealed record UserRegistered(string UserId, string Email);
}
