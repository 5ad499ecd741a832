using System.Collections.Concurrent;
using System.Diagnostics;
using EventBus;
using Microsoft.Extensions.DependencyInjection;
using Newsroom;

Console.WriteLine("Publish and subscribe in memory: one event, several subscriptions, each on its own.");
Console.WriteLine();
var handled = new ConcurrentQueue<(string By, string Article, int Attempt)>();
var dead = new ConcurrentQueue<string>();
var services = new ServiceCollection();
services.AddEventBus(bus =>
{
    bus.Event<ArticlePublished>("article.published", topic: "articles", key: e => e.Author);

    // A handler that ends at once: nothing is awaited.
    bus.Subscription("front-page").Handle<ArticlePublished>((e, context, _) =>
    {
        Note("front-page", e, context);
        return ValueTask.CompletedTask;
    });

    // An asynchronous one, four articles at a time.
    bus.Subscription("newsletter").WithConcurrency(4).Handle<ArticlePublished>(async (e, context, cancellationToken) =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        Note("newsletter", e, context);
    });

    // One whose service fails twice for each article: it is tried again, and the other subscriptions do not notice.
    bus.Subscription("search-index").WithRetry(retry => retry.Delay = TimeSpan.FromMilliseconds(20)).Handle<ArticlePublished>((e, context, _) =>
    {
        if (context.Attempt < 3)
        {
            Console.WriteLine($"  search-index: {e.Title} failed, attempt {context.Attempt}");
            throw new HttpRequestException("The index does not answer.");
        }

        Note("search-index", e, context);
        return ValueTask.CompletedTask;
    });

    // One that cannot do a certain article at all: it becomes a dead letter, and the others go on.
    bus.Subscription("translation")
        .WithRetry(retry => (retry.Attempts, retry.Delay) = (3, TimeSpan.FromMilliseconds(20)))
        .WithDeadLetters(onDeadLetter: (letter, _) =>
        {
            dead.Enqueue($"{letter.Envelope.Id}");
            return ValueTask.CompletedTask;
        })
        .Handle<ArticlePublished>((e, context, _) =>
        {
            if (e.Title == "Untranslatable")
            {
                throw new FormatException("There is no word for it.");
            }

            Note("translation", e, context);
            return ValueTask.CompletedTask;
        });
});

await using var provider = services.BuildServiceProvider();
await provider.GetRequiredService<IEventBus>().StartAsync();
var publisher = provider.GetRequiredService<IEventPublisher>();
string[] titles = ["Harbour reopens", "Untranslatable", "Cat elected mayor", "Rain expected"];
foreach (var title in titles)
{
    await publisher.PublishAsync(new ArticlePublished(title, title.Length % 2 == 0 ? "ada" : "ben"));
}

await UntilAsync(() => handled.Count == 15 && dead.Count == 1);

Console.WriteLine();
Console.WriteLine("The history, read from the log without a subscription:");
List<string> history = [];
await foreach (var entry in provider.GetRequiredService<IEventLog>().ReadAsync("articles", SeekTarget.Earliest))
{
    var article = (ArticlePublished)entry.Envelope.Value!;
    history.Add(article.Title);
    Console.WriteLine($"  {entry.Position}: {entry.Envelope.Type} {article.Title} by {article.Author}");
}

Console.WriteLine();
List<string> wrong = [];
Check(By("front-page").SequenceEqual(titles), "the front page has not every article in order");
Check(By("newsletter").Order().SequenceEqual(titles.Order()), "the newsletter has not every article once");
Check(handled.Where(each => each.By == "search-index").All(each => each.Attempt == 3), "the index did not take three attempts");
Check(By("search-index").Order().SequenceEqual(titles.Order()), "the index has not every article once");
Check(By("translation").Order().SequenceEqual(titles.Except(["Untranslatable"]).Order()), "the translations are not those that can be made");
Check(history.SequenceEqual(titles), "the history is not what was published");
Console.WriteLine(wrong.Count == 0
    ? "Held: four subscriptions got every article; one was retried, one gave an article up, and no other noticed; the log tells it all."
    : $"DID NOT HOLD: {string.Join("; ", wrong)}.");
return wrong.Count == 0 ? 0 : 1;

void Note(string by, ArticlePublished e, EventContext context)
{
    Console.WriteLine($"  {by}: {e.Title}");
    handled.Enqueue((by, e.Title, context.Attempt));
}

IEnumerable<string> By(string subscription) => handled.Where(each => each.By == subscription).Select(each => each.Article);

void Check(bool holds, string otherwise)
{
    if (!holds)
    {
        wrong.Add(otherwise);
    }
}

static async Task UntilAsync(Func<bool> condition)
{
    for (var start = Stopwatch.GetTimestamp(); !condition();)
    {
        if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
        {
            Console.WriteLine("DID NOT HOLD: it did not come to its end within 30 seconds.");
            Environment.Exit(1);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
    }
}
