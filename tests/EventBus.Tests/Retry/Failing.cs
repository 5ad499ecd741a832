using System.Diagnostics;
using EventBus.DeadLetters;
using EventBus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Retry;

/// <summary>A bus in virtual time with a subscription whose handler fails.</summary>
internal sealed class Failing : IAsyncDisposable
{
    private readonly Seen<DateTimeOffset> _times = new();

    public VirtualTime Time { get; } = new();

    public Seen<int> Attempts { get; } = new();

    public TestBus Bus { get; private set; } = null!;

    public IDeadLetters DeadLetters => Bus.Services.GetRequiredService<IDeadLetters>();

    public static async Task<Failing> StartAsync(
        Action<SubscriptionBuilder> configure,
        Func<int, Exception?>? error = null,
        Func<Numbered, EventContext, CancellationToken, ValueTask>? handler = null,
        Dictionary<string, string?>? configuration = null,
        Action<EventBusBuilder>? bus = null)
    {
        var failing = new Failing();
        error ??= _ => new InvalidOperationException("No.");
        handler ??= (_, context, _) => error(context.Attempt) is { } exception ? throw exception : ValueTask.CompletedTask;
        failing.Bus = await TestBus.StartAsync(
            builder =>
            {
                builder.AddNumbered().AddAnimals();
                bus?.Invoke(builder);
                configure(builder.Subscription("s").Handle<Numbered>((e, context, token) =>
                {
                    failing._times.Add(failing.Time.Now);
                    failing.Attempts.Add(context.Attempt);
                    return handler(e, context, token);
                }));
            },
            services => services.AddSingleton<TimeProvider>(failing.Time).AddSingleton<IConfiguration>(
                new ConfigurationBuilder().AddInMemoryCollection(configuration ?? []).Build()));
        return failing;
    }

    public async Task PublishAsync(string? key = "k", int count = 1) => await Bus.Publisher.PublishNumbersAsync(key, count);

    /// <summary>The seconds between the first attempts.</summary>
    public async Task<IReadOnlyList<double>> DelaysAsync(int count)
    {
        await UntilAsync(() => _times.Items.Count > count);
        return [.. _times.Items.Zip(_times.Items.Skip(1), (before, after) => (after - before).TotalSeconds).Take(count)];
    }

    public async Task<DeadLetter> DeadLetterAsync() => (await DeadLettersAsync(1))[0];

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int count)
    {
        var letters = new List<DeadLetter>();
        await UntilAsync(async () => (letters = await ReadAsync()).Count >= count);
        return letters;
    }

    public async Task<List<DeadLetter>> ReadAsync(DeadLetterQuery? query = null)
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in DeadLetters.ReadAsync("s", query, TestContext.Current.CancellationToken))
        {
            letters.Add(letter);
        }

        return letters;
    }

    public Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Lets time pass, from timer to timer, until a condition holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TestBus.Deadline, "Waited for the condition.");
            Time.AdvanceToNext();
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => Bus.DisposeAsync();
}
