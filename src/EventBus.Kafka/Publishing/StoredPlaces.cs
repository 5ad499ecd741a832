using System.Collections.Concurrent;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Publishing;

/// <summary>Where a producer's last events in each partition are stored, by its delivery reports. Those are one thread's.</summary>
/// <remarks>
/// <para>
/// When a topic is refused, or not there, for a moment, the library forgets its partitions (<c>rd_kafka_topic_set_error</c>,
/// <c>rd_kafka_topic_set_notexists</c>). It keeps the numbers of their batches for when they are back, but not of those that were waiting and are sent
/// after that, in the next epoch of the producer: in this epoch it then numbers from 0 again. A broker that remembers batches of these numbers takes new
/// ones for them: it stores nothing, and answers with the old place.
/// </para>
/// <para>
/// A partition's events are stored and reported in one order. So a place that is not behind the last one is an old one, and the event is not stored.
/// </para>
/// </remarks>
internal sealed class StoredPlaces
{
    private readonly Dictionary<(nint Topic, int Partition), long> _last = [];
    private readonly ConcurrentDictionary<nint, byte> _topics = [];
    private (nint Topic, int Partition) _place;
    private long _offset = -1;

    /// <summary>Whether anything has been stored in a topic. From any thread.</summary>
    /// <param name="topic">The library's object for it.</param>
    public bool HasStoredIn(nint topic) => _topics.ContainsKey(topic);

    /// <summary>Notes where an event is stored.</summary>
    /// <returns>Whether it is: not where its place is an old one. One whose place the brokers did not tell is.</returns>
    public unsafe bool Add(NativeMessage* message)
    {
        if (message->Offset < 0)
        {
            return true;
        }

        if (_place != (message->Topic, message->Partition))
        {
            _last[_place] = _offset;
            _place = (message->Topic, message->Partition);
            _offset = _last.GetValueOrDefault(_place, -1);
            _topics.TryAdd(message->Topic, 0);
        }

        if (message->Offset <= _offset)
        {
            return false;
        }

        _offset = message->Offset;
        return true;
    }
}
