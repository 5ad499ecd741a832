using System.Runtime.CompilerServices;

namespace EventBus.Tests.Transports.InMemory;

public sealed class RetentionTests
{
    [Fact]
    public async Task Retention_ByCount_KeepsTheNewestEvents()
    {
        await using var rig = new Rig(options => options.RetainedEvents = 10);

        await rig.AppendAsync("a", [.. Enumerable.Range(0, 1000)]);

        Assert.Equal(Enumerable.Range(990, 10), await rig.ReadNumbersAsync("a"));
        Assert.Equal(new Offset(990), (await rig.ReadAsync("a"))[0].Position.Offset);
    }

    [Fact]
    public async Task Retention_ByBytes_KeepsNoMoreThanThat()
    {
        await using var rig = new Rig(options => (options.RoundTripJson, options.RetainedBytes) = (true, 1000));

        foreach (var length in new[] { 100, 600, 300, 0, 100 })
        {
            await rig.Transport.AppendAsync("a", Rig.Bytes(length), TestContext.Current.CancellationToken);
        }

        Assert.Equal([600, 300, 0, 100], (await rig.ReadAsync("a")).Select(entry => entry.Envelope.Data.Length));
    }

    [Fact]
    public async Task Retention_ByAge_KeepsTheYoungOnes()
    {
        await using var rig = new Rig(options => options.RetainedAge = TimeSpan.FromMinutes(1));
        await rig.AppendAsync("a", 0, 1);
        rig.Time.Advance(TimeSpan.FromSeconds(40));
        await rig.AppendAsync("a", 2);

        rig.Time.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal([2], await rig.ReadNumbersAsync("a"));
    }

    [Fact]
    public async Task Retention_LiveGroupHasNotSettled_KeepsItsEventsBesides()
    {
        await using var rig = new Rig(options => (options.RetainedEvents, options.RetainedAge) = (2, TimeSpan.FromMinutes(1)));
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 500)]);
        await member.HandleAsync(100);

        Assert.Equal(Enumerable.Range(98, 402), await rig.ReadNumbersAsync("a"));
        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.AppendAsync("a", 500);
        Assert.Equal(Enumerable.Range(100, 401), await rig.ReadNumbersAsync("a"));
        Assert.Equal(Enumerable.Range(100, 401), await member.ReceiveNumbersAsync(401));
    }

    [Fact]
    public async Task Retention_PassesAStoppedGroup_ItResumesAtTheOldestEvent()
    {
        await using var rig = new Rig(options => options.RetainedEvents = 5);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 10)]);
        await member.HandleAsync(3);
        await member.LeaveAsync();
        await rig.AppendAsync("a", [.. Enumerable.Range(10, 300)]);

        Assert.Equal(new Offset(305), (await rig.LagAsync("g")).Next);
        Assert.Equal(5, (await rig.LagAsync("g")).Count);
        var next = await rig.JoinAsync("g", "n", "a");
        Assert.Equal(Enumerable.Range(305, 5), Rig.Numbers(await next.HandleAsync(5)));
        Assert.Equal(0, (await rig.LagAsync("g")).Count);
    }

    [Fact]
    public async Task Retention_OvertakesAReader_ItGoesOnAtTheOldestEvent()
    {
        await using var rig = new Rig(options => options.RetainedEvents = 3);
        await rig.AppendAsync("a", 0, 1, 2);
        await using var reading = rig.Transport.ReadAsync("a", SeekTarget.Earliest, follow: true, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await reading.MoveNextAsync());
            Assert.Equal(i, reading.Current.Envelope.Value);
        }

        await rig.AppendAsync("a", [.. Enumerable.Range(3, 200)]);

        for (var i = 200; i < 203; i++)
        {
            Assert.True(await reading.MoveNextAsync());
            Assert.Equal(i, reading.Current.Envelope.Value);
        }
    }

    [Fact]
    public async Task Retention_EventsBeyondIt_AreLetGo()
    {
        await using var rig = new Rig(options => options.RetainedEvents = 0);
        var payloads = await AppendPayloadsAsync(rig);
        await rig.AppendAsync("a", 0);
        Assert.Empty(await rig.ReadAsync("a"));

        GC.Collect();

        Assert.All(payloads, payload => Assert.False(payload.IsAlive));
    }

    [Fact]
    public async Task Retention_SeekBackThenOn_CountsBytesRight()
    {
        await using var rig = new Rig(options => (options.RoundTripJson, options.RetainedBytes) = (true, 100));
        var member = await rig.JoinAsync("g", "m", "a");
        for (var i = 0; i < 10; i++)
        {
            await rig.Transport.AppendAsync("a", Rig.Bytes(10), TestContext.Current.CancellationToken);
        }

        var handled = await member.HandleAsync(10);
        var seeking = rig.SeekAsync("g", "a", SeekTarget.Earliest);
        member.Release(handled[0]);
        await Rig.SoonAsync(seeking);
        await rig.Transport.AppendAsync("a", Rig.Bytes(10), TestContext.Current.CancellationToken);
        Assert.Equal(11, (await rig.ReadAsync("a")).Length);

        await member.HandleAsync(11);
        Assert.Equal(10, (await rig.ReadAsync("a")).Length);
    }

    // In a method of its own, so that no local keeps a payload.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> AppendPayloadsAsync(Rig rig)
    {
        var payloads = new List<WeakReference>();
        for (var i = 0; i < 200; i++)
        {
            var payload = new object();
            payloads.Add(new WeakReference(payload));
            var envelope = new Envelope(Guid.Empty, 0L, new EventMetadata { Type = "t", Source = "/" }, payload, null);
            await rig.Transport.AppendAsync("a", envelope, CancellationToken.None);
        }

        return payloads;
    }
}
