using System.Text;
using EventBus.DeadLetters;
using EventBus.Tests.Retry;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.DeadLetters;

public sealed class DeadLetterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeadLetter_OfAFailedEvent_KeepsTheEventAndItsCause()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 3),
            _ => new InvalidOperationException("No.", new TimeoutException("Too slow.")));
        var start = failing.Time.Now;
        var options = new PublishOptions
        {
            Id = "id-1", Time = start.AddYears(-1), Subject = "ü", Headers = new Dictionary<string, string> { ["h"] = "🦊", ["empty"] = string.Empty },
        };

        var position = await failing.Bus.Publisher.PublishAsync(new Numbered("k", 7), options, Token);

        var letter = await failing.DeadLetterAsync();
        Assert.Equal(new Numbered("k", 7), letter.Envelope.Value);
        Assert.Equal(("id-1", start.AddYears(-1), "ü", "k"), (letter.Envelope.Id, letter.Envelope.Time, letter.Envelope.Metadata.Subject, letter.Envelope.Key));
        Assert.Equal(options.Headers, letter.Envelope.Metadata.Headers);
        Assert.Equal(("s", position, 3, 0), (letter.Subscription, letter.Origin, letter.Attempts, letter.Redrives));
        Assert.Equal((typeof(InvalidOperationException).FullName, "No."), (letter.ExceptionType, letter.ExceptionMessage));
        Assert.Contains("Too slow.", letter.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(Failing), letter.StackTrace, StringComparison.Ordinal);
        Assert.Equal(start, letter.FirstFailure);
        Assert.True(letter.LastFailure > start);
        Assert.Equal("a function of Numbered", letter.Handler);
    }

    [Fact]
    public async Task DeadLetter_OfOneHandlerOfSeveral_NamesIt()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1).Handle(new Thrower()),
            _ => null);

        await failing.PublishAsync();

        Assert.Equal(typeof(Thrower).FullName, (await failing.DeadLetterAsync()).Handler);
    }

    [Fact]
    public async Task Undecodable_Event_IsADeadLetterAtOnceWithItsBytes()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters(), _ => null, bus: bus => bus.UseInMemory(memory => memory.RoundTripJson = true)
                .Event<Unreadable>("unreadable").Subscription("s").Handle<Unreadable>((_, _, _) => ValueTask.CompletedTask));

        await failing.Bus.Publisher.PublishAsync(new Unreadable { Text = "x" }, Token);
        await failing.PublishAsync();

        var letter = await failing.DeadLetterAsync();
        Assert.Equal((1, "unreadable"), (letter.Attempts, letter.Envelope.Type));
        Assert.Equal("{\"text\":\"x\",\"number\":0}", Encoding.UTF8.GetString(letter.Envelope.Data.Span));
        Assert.Equal("System.Text.Json.JsonException", letter.ExceptionType);
        await failing.UntilAsync(() => failing.Attempts.Items.Count == 1);
    }

    [Fact]
    public async Task OthersOfTheKey_BehindADeadLetter_GoOn()
    {
        var seen = new Seen<int>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters(),
            handler: (e, _, _) => e.Number == 1 ? throw new InvalidOperationException("No.") : Note(seen, e));

        await failing.PublishAsync(count: 4);

        await failing.UntilAsync(() => seen.Items.Count == 3);
        Assert.Equal([0, 2, 3], seen.Items);
    }

    [Fact]
    public async Task Hook_ThatFails_IsToldOnceOfEachAndHarmsNothing()
    {
        var told = new Seen<DeadLetter>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithRetry(retry => retry.Attempts = 1).WithDeadLetters(onDeadLetter: (letter, _) =>
            {
                told.Add(letter);
                throw new InvalidOperationException("The pager is off.");
            }));

        await failing.PublishAsync(count: 3);

        await failing.UntilAsync(async () => (await failing.Bus.Log.GetLagAsync("s", Token)).All(lag => lag.Count == 0));
        var letters = await failing.ReadAsync();
        Assert.Equal(3, letters.Count);
        Assert.Equal(letters.Select(letter => letter.Position), told.Items.Select(letter => letter.Position));
    }

    [Fact]
    public async Task Batch_WithOneBadEvent_MakesADeadLetterOfItAlone()
    {
        var seen = new Seen<int>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 2), _ => null,
            bus: bus => bus.Subscription("batches").WithDeadLetters().WithRetry(retry => retry.Attempts = 2)
                .HandleBatch<Numbered>(new Batches(seen)));

        await failing.PublishAsync(count: 6);

        await failing.UntilAsync(async () => seen.Items.Count >= 5 && await failing.DeadLetters.CountAsync("batches", null, Token) == 1);
        Assert.Equal([0, 1, 2, 4, 5], seen.Items.Distinct().Order());
    }

    [Fact]
    public async Task Query_ByTypeExceptionKeyAndTime_FindsThose()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1)
                .Handle<Cat>((_, _, _) => throw new TimeoutException("No.")));
        for (var i = 0; i < 6; i++)
        {
            await failing.Bus.Publisher.PublishAsync(new Numbered($"k{i % 2}", i), Token);
            await failing.DeadLettersAsync(i + 1);
            failing.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await failing.Bus.Publisher.PublishAsync(new Cat("Tom"), Token);
        var all = await failing.DeadLettersAsync(7);

        Assert.Equal([0, 2, 4], await Numbers(new() { Key = "k0" }));
        Assert.Equal([2, 3], await Numbers(new() { From = all[2].LastFailure, To = all[4].LastFailure }));
        Assert.Equal([0, 1, 2, 3, 4, 5], await Numbers(new() { ExceptionType = "InvalidOperationException" }));
        Assert.Empty(await Numbers(new() { ExceptionType = "OperationException" }));
        Assert.Equal("animal.cat", Assert.Single(await failing.ReadAsync(new() { EventType = "animal.cat" })).Envelope.Type);
        Assert.Equal("animal.cat", Assert.Single(await failing.ReadAsync(new() { ExceptionType = "System.TimeoutException" })).Envelope.Type);
        Assert.Equal([1, 3], await Numbers(new() { Positions = [all[3].Position, all[1].Position] }));
        Assert.Equal(7, await failing.DeadLetters.CountAsync("s", null, Token));
        Assert.Equal(3, await failing.DeadLetters.CountAsync("s", new() { Key = "k1" }, Token));
        Assert.Equal(all[5].Position, (await failing.DeadLetters.FindAsync("s", all[5].Position, Token))!.Position);
        Assert.Null(await failing.DeadLetters.FindAsync("s", new Position(all[5].Position.Topic, 0, new Offset(99)), Token));

        async Task<IEnumerable<int>> Numbers(DeadLetterQuery query) =>
            (await failing.ReadAsync(query)).Select(letter => ((Numbered)letter.Envelope.Value!).Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_OneAfterTheOther_AreAllOfThemInOrder(bool newestFirst)
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1),
            bus: bus => bus.UseInMemory(memory => memory.Partitions = 3));
        for (var i = 0; i < 11; i++)
        {
            await failing.Bus.Publisher.PublishAsync(new Numbered($"k{i % 5}", i), Token);
        }

        await failing.DeadLettersAsync(11);
        var all = await failing.ReadAsync(new() { NewestFirst = newestFirst });
        var paged = new List<DeadLetter>();
        while (true)
        {
            var page = await failing.ReadAsync(new() { NewestFirst = newestFirst, Limit = 4, After = paged.LastOrDefault()?.Position });
            paged.AddRange(page);
            if (page.Count < 4)
            {
                break;
            }
        }

        Assert.Equal(all.Select(letter => letter.Position), paged.Select(letter => letter.Position));
        var times = all.ConvertAll(letter => letter.LastFailure);
        Assert.Equal(newestFirst ? times.OrderDescending() : times.Order(), times);
    }

    private static ValueTask Note(Seen<int> seen, Numbered e)
    {
        seen.Add(e.Number);
        return ValueTask.CompletedTask;
    }

    private sealed record Unreadable
    {
        public required string Text { get; init; }

        // Written as it is, and refused when it is read.
        public int Number
        {
            get => Text.Length - 1;
            init => throw new System.Text.Json.JsonException("It cannot be read.");
        }
    }

    private sealed class Thrower : IEventHandler<Numbered>
    {
        public ValueTask HandleAsync(Numbered @event, EventContext context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No.");
    }

    private sealed class Batches(Seen<int> seen) : IBatchEventHandler<Numbered>
    {
        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i].Number == 3)
                {
                    batch.Fail(i, new InvalidOperationException("No."));
                }
                else
                {
                    seen.Add(batch[i].Number);
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
