using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Idempotency;

public sealed class IdempotencyTests
{
    private static readonly string[] Groups = ["a", "b"];
    private static readonly string[] Names = ["first", "again", "last"];
    private readonly Seen<string> _handled = new();
    private readonly WatchedStore _store = new();

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Id_PublishedTwice_IsHandledOnce(int concurrency)
    {
        await using var bus = await StartAsync(s => s.WithIdempotency().WithConcurrency(concurrency));
        string[] ids = [.. Enumerable.Range(0, 20).Select(_ => $"{Guid.CreateVersion7()}"), "a text"];

        foreach (var id in ids.Concat(ids))
        {
            await PublishAsync(bus, "k", id, id);
        }

        await PublishAsync(bus, "k", "last");
        var handled = await _handled.UntilAsync(seen => seen.Contains("last"));
        Assert.Equal(ids.Append("last"), handled);
    }

    [Fact]
    public async Task WithoutIdempotency_AnIdPublishedTwice_IsHandledTwice()
    {
        await using var bus = await StartAsync(_ => { });
        await PublishAsync(bus, "k", "one", "id");
        await PublishAsync(bus, "k", "two", "id");
        Assert.Equal(["one", "two"], await _handled.CountAsync(2));
        Assert.Empty(_store.Calls.Items);
    }

    [Fact]
    public async Task Keys_OfTheStoreInMemory_AreThoseThatAnyStoreIsGiven()
    {
        await using var bus = TestBus.Create(bus => bus.AddAnimals().Subscription("s").WithIdempotency().Handle<Cat>((cat, _, _) =>
        {
            _handled.Add(cat.Name);
            return ValueTask.CompletedTask;
        }));
        var store = bus.Services.GetRequiredService<IIdempotencyStore>();
        var token = TestContext.Current.CancellationToken;
        string[] ids = [$"{Guid.CreateVersion7()}", $"{Guid.CreateVersion7()}".ToUpperInvariant(), "a text", "a/b"];
        foreach (var id in ids)
        {
            await store.CompleteAsync($"s/{id}", Guid.NewGuid(), TimeSpan.FromMinutes(1), token);
        }

        await bus.Bus.StartAsync(token);
        string[] others = [$"{Guid.CreateVersion7()}", "another text"];
        foreach (var id in (string[])[.. ids, .. others, .. others])
        {
            await bus.Publisher.PublishAsync(new Cat(id), new PublishOptions { Id = id }, token);
        }

        await bus.Publisher.PublishAsync(new Cat("last"), token);
        Assert.Equal([.. others, "last"], await _handled.UntilAsync(seen => seen.Contains("last")));
        foreach (var id in others)
        {
            Assert.Equal(IdempotencyState.Done, await store.ClaimAsync($"s/{id}", Guid.NewGuid(), TimeSpan.FromMinutes(1), token));
        }
    }

    [Fact]
    public async Task TwoGroups_HandleTheSameIdOnceEach()
    {
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddAnimals();
            foreach (var group in Groups)
            {
                bus.Subscription(group).WithIdempotency().Handle<Cat>((cat, context, _) =>
                {
                    _handled.Add($"{context.Subscription}: {cat.Name}");
                    return ValueTask.CompletedTask;
                });
            }
        });

        foreach (var name in Names)
        {
            await bus.Publisher.PublishAsync(
                new Cat(name), new PublishOptions { Id = name == "last" ? "2" : "1" }, TestContext.Current.CancellationToken);
        }

        var handled = await _handled.CountAsync(4);
        Assert.Equal(["a: first", "a: last", "b: first", "b: last"], handled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TwoDeliveriesAtOnce_OneRunsAndTheOtherIsPutBackWithoutAnAttempt()
    {
        var gate = new TaskCompletionSource();
        await using var bus = await StartAsync(
            s => s.WithIdempotency().WithConcurrency(2).Configure(Impatient),
            async (name, context) =>
            {
                _handled.Add($"{name} begins, attempt {context.Attempt}");
                await gate.Task;
            });
        await PublishAsync(bus, "k1", "one", "id");
        await _handled.CountAsync(1);
        await PublishAsync(bus, "k2", "two", "id");
        await _store.UntilAsync("Claim: Running", 3);

        // The second has left its worker to others.
        await PublishAsync(bus, "k3", "other");
        await _handled.UntilAsync(seen => seen.Contains("other begins, attempt 1"));
        gate.SetResult();

        await _store.UntilAsync("Claim: Done");
        await StopAsync(bus);
        Assert.Equal(["one", "one begins, attempt 1", "other", "other begins, attempt 1"], _handled.Items.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task PutBack_ThenTheFirstFails_IsTheSecondsFirstAttempt()
    {
        var (gate, time, late) = (new TaskCompletionSource(), new VirtualTime(), TimeSpan.FromHours(1));
        await using var bus = await StartAsync(
            s => s.WithIdempotency().WithConcurrency(2).Configure(Impatient).WithRetry(retry => retry.Delay = late),
            async (name, context) =>
            {
                _handled.Add($"{name} begins, attempt {context.Attempt}");
                if (name == "one")
                {
                    // A test that has failed moves the clock no more, and still has to end.
                    await gate.Task.WaitAsync(TestBus.Deadline, TimeProvider.System);
                }
            },
            time);
        await PublishAsync(bus, "k1", "one", "id");
        await _handled.CountAsync(1);
        await PublishAsync(bus, "k2", "two", "id");
        await PublishAsync(bus, "k2", "behind two");
        await time.PassUntilAsync(_store.UntilAsync("Claim: Running", 3));
        gate.SetException(new InvalidOperationException("It fails on purpose."));

        var handled = await time.PassUntilAsync(_handled.UntilAsync(seen => seen.Contains("behind two")));
        Assert.Equal(["two begins, attempt 1", "two", "behind two begins, attempt 1", "behind two"], handled.Skip(1));
        await Eventually.ThatAsync(
            () =>
            {
                time.Advance(late);
                return _store.CountOf("Claim: Done") > 0;
            },
            "the first to find it done by the second");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailedRun_FreesTheId(bool atOnce)
    {
        await using var bus = await StartAsync(s => s.WithIdempotency(), async (name, context) =>
        {
            if (!atOnce)
            {
                await Task.Yield();
            }

            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("It fails on purpose.");
            }
        });
        await PublishAsync(bus, "k", "one", "id");
        await PublishAsync(bus, "k", "again", "id");
        await PublishAsync(bus, "k", "last");

        Assert.Equal(["one", "last"], await _handled.UntilAsync(seen => seen.Contains("last")));
        Assert.Equal(2, _store.CountOf("Release"));
        Assert.Equal(0, _store.CountOf("Claim: Running"));
    }

    [Fact]
    public async Task MiddlewareOfTheApplication_IsNotPassedAgain()
    {
        await using var bus = await StartAsync(s => s.WithIdempotency().Use(new Step(_handled)));
        await PublishAsync(bus, "k", "one", "id");
        await PublishAsync(bus, "k", "again", "id");
        await PublishAsync(bus, "k", "last");

        Assert.Equal(["step", "one", "step", "last"], await _handled.UntilAsync(seen => seen.Contains("last")));
    }

    [Fact]
    public async Task BusinessKey_OfTheSelector_CountsInPlaceOfTheId()
    {
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddAnimals().Subscription("s").Handle<Animal>((animal, context, _) =>
            {
                _handled.Add($"{animal.GetType().Name} {animal.Name} {context.Id}");
                return ValueTask.CompletedTask;
            }).WithIdempotency<INamed>(named => named.Name),
            Register);

        await PublishAnimalsAsync(bus, (new Cat("Tom"), "1"), (new Cat("Tom"), "2"), (new Cat("Kit"), "1"));
        await PublishAnimalsAsync(bus, (new Dog("Tom"), "1"), (new Dog("Tom"), "2"), (new Dog("last"), "3"));

        // The same key under two contracts is two keys: one event never hides another.
        var handled = await _handled.CountAsync(4);
        Assert.Equal(["Cat Kit 1", "Cat Tom 1", "Dog Tom 1", "Dog last 3"], handled.Order(StringComparer.Ordinal));
        await _store.UntilAsync("Claim: Done", 2);
    }

    [Fact]
    public async Task BusinessKey_OfAnotherType_LeavesTheIdToTheOthers()
    {
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddAnimals().Subscription("s").Handle<Animal>((animal, context, _) =>
            {
                _handled.Add($"{animal.GetType().Name} {animal.Name} {context.Id}");
                return ValueTask.CompletedTask;
            }).WithIdempotency<Cat>(cat => cat.Name),
            Register);

        await PublishAnimalsAsync(bus, (new Cat("Tom"), "1"), (new Cat("Tom"), "2"));
        await PublishAnimalsAsync(bus, (new Dog("Rex"), "1"), (new Dog("Rex"), "2"), (new Dog("Ace"), "2"));

        await _store.UntilAsync("Claim: Done", 2);
        await StopAsync(bus);
        Assert.Equal(["Cat Tom 1", "Dog Rex 1", "Dog Rex 2"], _handled.Items.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task BusinessKey_OfTwoVersionsOfAContract_IsOneKey()
    {
        await using var bus = await TestBus.StartAsync(
            bus =>
            {
                bus.Event<Cat>("animal.pet").Event<Dog>("animal.pet", version: 2).Subscription("s").Handle<Animal>((animal, context, _) =>
                {
                    _handled.Add($"{animal.GetType().Name} {animal.Name} {context.Id}");
                    return ValueTask.CompletedTask;
                }).WithIdempotency<Dog>(dog => dog.Name).WithIdempotency<Cat>(cat => cat.Name);
            },
            Register);

        await PublishAnimalsAsync(bus, (new Cat("Tom"), "1"), (new Dog("Tom"), "2"), (new Dog("Rex"), "3"), (new Cat("Rex"), "4"));

        await _store.UntilAsync("Claim: Done", 2);
        Assert.Equal(["Cat Tom 1", "Dog Rex 3"], _handled.Items);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task BusinessKey_ThatIsNothing_FailsForGoodWithAClearWord(string? key)
    {
        var log = new LogLines();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithIdempotency<Numbered>(_ => key!).Handle<Numbered>((_, _, _) =>
            {
                _handled.Add("handled");
                return ValueTask.CompletedTask;
            }),
            services => services.AddSingleton(log.Factory()));

        await bus.Publisher.PublishNumbersAsync("k", 1);

        await log.UntilAsync(301);
        var failure = log.Failures.Items[0];
        Assert.IsType<DoNotRetryException>(failure);
        Assert.Contains("idempotency key", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'s'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("number.drawn", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_handled.Items);
    }

    // What is put back comes again after a hundredth of the lease. A lease must outlast any while for which the machine may stand still.
    private static void Impatient(SubscriptionOptions options) => options.IdempotencyLease = TimeSpan.FromSeconds(20);

    private static async Task PublishAnimalsAsync(TestBus bus, params (Animal Animal, string Id)[] animals)
    {
        foreach (var (animal, id) in animals)
        {
            var options = new PublishOptions { Id = id };
            await (animal is Cat cat
                ? bus.Publisher.PublishAsync(cat, options, TestContext.Current.CancellationToken)
                : bus.Publisher.PublishAsync((Dog)animal, options, TestContext.Current.CancellationToken));
        }
    }

    private static async Task PublishAsync(TestBus bus, string key, string name, EventIdentity? id = null) =>
        await bus.Publisher.PublishAsync(
            new Cat(name), new PublishOptions { Key = key, Id = id }, TestContext.Current.CancellationToken);

    private static Task StopAsync(TestBus bus) => bus.Bus.StopAsync(TestContext.Current.CancellationToken);

    private void Register(IServiceCollection services) => services.AddSingleton<IIdempotencyStore>(_store);

    private Task<TestBus> StartAsync(
        Action<SubscriptionBuilder> configure, Func<string, EventContext, ValueTask>? handle = null, TimeProvider? time = null) => TestBus.StartAsync(
        bus => configure(bus.AddAnimals().Subscription("s").Handle<Cat>(async (cat, context, _) =>
        {
            await (handle?.Invoke(cat.Name, context) ?? ValueTask.CompletedTask);
            _handled.Add(cat.Name);
        })),
        services =>
        {
            Register(services);
            services.AddSingleton(time ?? TimeProvider.System);
        });

    private sealed class Step(Seen<string> seen) : IConsumeMiddleware
    {
        public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
        {
            seen.Add("step");
            return next(context, cancellationToken);
        }
    }
}
