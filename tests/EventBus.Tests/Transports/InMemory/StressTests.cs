using System.Collections.Concurrent;
using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

/// <summary>Many at once, with little room, so that every wait and wake-up is met often. A lost one fails by the deadline.</summary>
public sealed class StressTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 2, 4)]
    [InlineData(64, 4, 16)]
    public async Task Stress_ManyPublishersLittleRoom_EveryEventArrivesOnceInOrder(int capacity, int partitions, int batch)
    {
        const int Publishers = 8;
        const int Each = 2_000;
        await using var rig = new Rig(options => (options.Capacity, options.Partitions) = (capacity, partitions));
        var groups = new[] { await rig.JoinAsync("g", "m", "a"), await rig.JoinAsync("h", "m", "a") };
        var handling = groups.Select(member => Task.Run(() => HandleAsync(member, Publishers * Each, batch))).ToArray();

        var publishing = Enumerable.Range(0, Publishers).Select(p => Task.Run(() => PublishAsync(rig, p, Each, batch))).ToArray();

        await Rig.SoonAsync(Task.WhenAll(publishing));
        foreach (var handled in await Rig.SoonAsync(Task.WhenAll(handling)))
        {
            Assert.Equal(Publishers * Each, handled.Distinct().Count());
            Assert.All(handled.GroupBy(number => number / Each), key => Assert.Equal(key.Order(), key));
        }
    }

    [Fact]
    public async Task Stress_TwoMembersAnswerEachOther_NoWakeUpIsLost()
    {
        const int Rounds = 20_000;
        await using var rig = new Rig(options => options.Capacity = 1);
        var ping = await rig.JoinAsync("ping", "m", "ping");
        var pong = await rig.JoinAsync("pong", "m", "pong");

        var answering = Task.Run(() => AnswerAsync(rig, ping, "pong", Rounds), TestContext.Current.CancellationToken);
        var asking = Task.Run(
            async () =>
            {
                await rig.Append("ping", 0);
                await AnswerAsync(rig, pong, "ping", Rounds);
            },
            TestContext.Current.CancellationToken);

        await Rig.SoonAsync(Task.WhenAll(answering, asking));
    }

    [Fact]
    public async Task Stress_MembersComeGoAndDie_NothingIsLostAndKeysStayInOrder()
    {
        const int Events = 20_000;
        const int Keys = 16;
        await using var rig = new Rig(options => (options.Capacity, options.Partitions, options.RetainedEvents) = (200, 5, 0));
        var first = new ConcurrentDictionary<int, int>();
        var order = new ConcurrentQueue<int>();
        using var stop = new CancellationTokenSource();
        await using var keepsTheGroupLive = (await rig.JoinAsync("g", "idle", "nothing")).Consumer;
        var churning = Enumerable.Range(0, 4).Select(m => Task.Run(() => ChurnAsync(rig, m, first, order, stop.Token))).ToArray();

        // A group that nobody is a member of keeps nothing back, so publishing waits for the first member.
        await Rig.UntilAsync(() => rig.Broker.Members("g").Count > 1);
        for (var i = 0; i < Events; i++)
        {
            await Rig.SoonAsync(rig.Append("a", i, $"key-{i % Keys}"));
        }

        await Rig.UntilAsync(() => first.Count == Events);
        await stop.CancelAsync();
        await Rig.SoonAsync(Task.WhenAll(churning));
        Assert.All(order.GroupBy(number => number % Keys), key => Assert.Equal(key.Order(), key));
    }

    // Joins, handles a while, then leaves or is evicted, again and again. Only the first handling of an event counts for the order:
    // what a dead member did not settle comes again.
    private static async Task ChurnAsync(
        Rig rig, int number, ConcurrentDictionary<int, int> first, ConcurrentQueue<int> order, CancellationToken stop)
    {
        var random = new Random(number);
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            var name = $"m{number}-{round}";
            var member = await rig.JoinAsync("g", name, "a");
            var held = new List<PartitionAssignment>();
            for (var batches = random.Next(1, 200); batches > 0 && !stop.IsCancellationRequested; batches--)
            {
                await HandleSomeAsync(member, random, held, first, order, stop);
            }

            // One member stays to the end, so that the group is never without one while events come.
            if (number == 0 && !stop.IsCancellationRequested)
            {
                await HandleUntilStoppedAsync(member, random, held, first, order, stop);
            }

            if (random.Next(2) == 0)
            {
                rig.Broker.Evict("g", name);
            }

            await member.LeaveAsync();
        }
    }

    private static async Task HandleUntilStoppedAsync(
        Member member,
        Random random,
        List<PartitionAssignment> held,
        ConcurrentDictionary<int, int> first,
        ConcurrentQueue<int> order,
        CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await HandleSomeAsync(member, random, held, first, order, stop);
        }
    }

    private static async Task HandleSomeAsync(
        Member member,
        Random random,
        List<PartitionAssignment> held,
        ConcurrentDictionary<int, int> first,
        ConcurrentQueue<int> order,
        CancellationToken stop)
    {
        // A runner is told of a revocation; here the wait for events ends now and then, to look.
        using var look = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var buffer = new ReceivedEvent[random.Next(1, 32)];
        var receiving = member.Consumer.ReceiveAsync(buffer, look.Token).AsTask();
        if (!receiving.IsCompleted)
        {
            await Task.Yield();
            await look.CancelAsync();
        }

        var count = 0;
        try
        {
            count = await receiving;
        }
        catch (OperationCanceledException)
        {
            // Nothing came.
        }

        for (var i = 0; i < count; i++)
        {
            var number = (int)buffer[i].Envelope.Value!;
            if (!held.Contains(buffer[i].Assignment))
            {
                held.Add(buffer[i].Assignment);
            }

            if (buffer[i].Assignment.Revoking.IsCancellationRequested)
            {
                continue;
            }

            lock (order)
            {
                if (first.TryAdd(number, number))
                {
                    order.Enqueue(number);
                }
            }

            member.Consumer.Settle(buffer[i].Assignment, buffer[i].Offset);
        }

        foreach (var assignment in held.FindAll(each => each.Revoking.IsCancellationRequested))
        {
            held.Remove(assignment);
            member.Consumer.Release(assignment);
        }
    }

    private static async Task AnswerAsync(Rig rig, Member member, string topic, int rounds)
    {
        var buffer = new ReceivedEvent[1];
        for (var i = 0; i < rounds; i++)
        {
            await member.Consumer.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            member.Settle(buffer);
            await rig.Append(topic, i);
        }
    }

    private static async Task PublishAsync(Rig rig, int publisher, int count, int batch)
    {
        for (var i = 0; i < count; i += batch)
        {
            var key = $"{publisher}";
            var numbers = Enumerable.Range((publisher * count) + i, Math.Min(batch, count - i));
            if (batch == 1)
            {
                await rig.Append("a", numbers.First(), key);
            }
            else
            {
                await rig.AppendBatch("a", numbers.Select(number => Rig.Event(number, key)), out _);
            }
        }
    }

    private static async Task<List<int>> HandleAsync(Member member, int count, int batch)
    {
        var numbers = new List<int>(count);
        var buffer = new ReceivedEvent[batch];
        while (numbers.Count < count)
        {
            var received = await member.Consumer.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            numbers.AddRange(Rig.Numbers(buffer[..received]));
            member.Settle(buffer[..received]);
        }

        return numbers;
    }
}
