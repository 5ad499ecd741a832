using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Reading;

/// <summary>A consumer without a group, for one who reads at a time.</summary>
internal sealed class ReaderClient
{
    private readonly ClientThread _thread;

    // One who has read what was there leaves behind a request for more. The next one's waits until the broker has answered it.
    private const string ShortWait = "10";
    private const string LongWait = "500";

    /// <param name="connection">The cluster.</param>
    /// <param name="isFollowing">Whether it waits for what comes, rather than read what is there.</param>
    /// <exception cref="EventBusException">The settings do not go together.</exception>
    public ReaderClient(KafkaConnection connection, bool isFollowing)
    {
        IsFollowing = isFollowing;

        // What has expired is skipped, whatever groups do then.
        Client = connection.CreateConsumer(
            null, ("enable.partition.eof", "true"), ("auto.offset.reset", "earliest"),
            ("fetch.wait.max.ms", isFollowing ? LongWait : ShortWait));
        var events = new ClientEvents(connection, Client, "reader");
        _thread = new ClientThread(Client, "EventBus Kafka reader", @event => events.TryHandle(@event));
    }

    public KafkaClient Client { get; }

    public bool IsFollowing { get; }

    /// <summary>When it was last given back.</summary>
    public long FreeSince { get; set; }

    /// <summary>Closes it in the background, with nothing being read any more.</summary>
    public Task CloseAsync() => _thread.StopAsync();
}
