using EventBus.Transports.InMemory;

namespace EventBus.Tests.Transports.InMemory;

public sealed class ParkTests
{
    [Fact]
    public void Park_LogGrewSinceItWasRead_IsRefused()
    {
        var log = new PartitionLog("a", 0, new BrokerSettings(new InMemoryOptions(), TimeProvider.System));
        var follower = new Follower();
        Assert.True(log.TryAppend(Rig.Event(0), out _));

        Assert.False(log.Park(follower, 0));

        Assert.True(log.TryAppend(Rig.Event(1), out _));
        Assert.Equal(0, follower.Woken);
    }

    [Fact]
    public void Park_AtTheEnd_IsWokenOnceByTheNextEvent()
    {
        var log = new PartitionLog("a", 0, new BrokerSettings(new InMemoryOptions(), TimeProvider.System));
        var followers = new[] { new Follower(), new Follower(), new Follower() };
        Assert.All(followers, follower => Assert.True(log.Park(follower, 0)));
        log.Unpark(followers[1]);

        Assert.True(log.TryAppend(Rig.Event(0), out _));
        Assert.True(log.TryAppend(Rig.Event(1), out _));

        Assert.Equal([1, 0, 1], followers.Select(follower => follower.Woken));
    }

    private sealed class Follower : ILogFollower
    {
        public int Woken { get; private set; }

        public ILogFollower? NextParked { get; set; }

        public void Wake() => Woken++;
    }
}
