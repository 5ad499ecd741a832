using System.Collections.Concurrent;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Keeps the places of groups that the mock brokers do not take: those that members commit while their group waits for others to join again, and those
/// that a transaction commits. Whoever asks for a place gets what was written last.
/// </summary>
/// <param name="areLate">Whether the places of a transaction that has ended are told a moment later, and the old ones until then.</param>
internal sealed class GroupPlaces(bool areLate = false)
{
    /// <summary>The latest version without tagged fields.</summary>
    public const short CommitVersion = 7;

    /// <summary>The first version in which a client can ask for a place that no open transaction is about to change. The mock brokers do not know it.</summary>
    public const short FetchVersion = 7;

    private const short OldFetchVersion = 5;
    private const int UnstableOffsetCommit = 88;
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(300);
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(string Group, string Topic, int Partition), Place> _places = [];
    private readonly ConcurrentDictionary<(string Group, string Topic, int Partition), long> _unstable = [];

    public IEnumerable<KeyValuePair<KafkaRequest, Func<ProxiedRequest, Handling>>> Handlers =>
    [
        new(KafkaRequest.OffsetCommit, request => Handling.Changing(frame => ChangeCommit(request, frame))),
        new(KafkaRequest.OffsetFetch, Fetch),
    ];

    private Task _last = Task.CompletedTask;

    /// <summary>Notes that a producer's transaction is about to write a place: until it is decided, nobody is told the place.</summary>
    public void Hold(long producer, string group, in PlaceEntry entry) => _unstable[(group, entry.Topic, entry.Partition)] = producer;

    /// <summary>Ends a transaction.</summary>
    public void Decide(long producer, string group, in PlaceEntry entry, bool isCommitted)
    {
        if (isCommitted && !areLate)
        {
            Write(group, in entry);
        }
        else if (isCommitted)
        {
            lock (_lock)
            {
                _last = WriteLateAsync(_last, Task.Delay(s_late, TimeProvider.System), group, entry);
            }
        }

        _unstable.TryRemove(new KeyValuePair<(string, string, int), long>((group, entry.Topic, entry.Partition), producer));
    }

    private void Write(string group, in PlaceEntry entry) =>
        _places[(group, entry.Topic, entry.Partition)] = new Place(entry.Offset, entry.Metadata);

    private async Task WriteLateAsync(Task last, Task due, string group, PlaceEntry entry)
    {
        await Task.WhenAll(last, due);
        Write(group, in entry);
    }

    private byte[] ChangeCommit(ProxiedRequest request, byte[] frame)
    {
        var (group, entries) = ReadCommit(request);
        var reader = new WireReader(frame);
        _ = reader.Int64();
        var changed = request.Answer();
        if (request.Version >= 3)
        {
            changed.Int32(reader.Int32());
        }

        var topics = reader.Int32();
        for (changed.Int32(topics); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            var partitions = reader.Int32();
            for (changed.Text(topic).Int32(partitions); partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                var error = (ErrorCode)reader.Int16();
                if (error == ErrorCode.RebalanceInProgress)
                {
                    var entry = entries.Find(each => each.Topic == topic && each.Partition == partition);
                    _places[(group, topic, partition)] = new Place(entry.Offset, entry.Metadata);
                    error = ErrorCode.NoError;
                }
                else if (error == ErrorCode.NoError)
                {
                    // The broker has what is newest.
                    _places.TryRemove((group, topic, partition), out _);
                }

                changed.Int32(partition).Int16((short)error);
            }
        }

        return changed.ToFrame();
    }

    // Asked for in the latest version that the brokers have without tagged fields.
    private Handling Fetch(ProxiedRequest request)
    {
        if (request.Version < FetchVersion)
        {
            throw new NotSupportedException($"A client asks for places in version {request.Version}.");
        }

        var reader = request.Reader();
        reader.SkipTags();
        var group = reader.CompactText()!;
        var topics = reader.Number() - 1;
        var old = new WireWriter().Int16((short)request.Kind).Int16(OldFetchVersion).Int32(request.Number).Text(request.Client).Text(group).Int32(topics);
        for (; topics > 0; topics--)
        {
            old.Text(reader.CompactText());
            var partitions = reader.Number() - 1;
            for (old.Int32(partitions); partitions > 0; partitions--)
            {
                old.Int32(reader.Int32());
            }

            reader.SkipTags();
        }

        var isStable = reader.Byte() != 0;
        return Handling.Changing(frame => ChangeFetch(request, frame, group, isStable)) with { Request = old.ToFrame() };
    }

    private byte[] ChangeFetch(ProxiedRequest request, byte[] frame, string group, bool isStable)
    {
        var reader = new WireReader(frame);
        _ = reader.Int64();
        var changed = request.Answer().Number(0).Int32(reader.Int32());
        var topics = Math.Max(0, reader.Int32());
        for (changed.Number(topics + 1); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            var partitions = reader.Int32();
            for (changed.CompactText(topic).Number(partitions + 1); partitions > 0; partitions--)
            {
                ChangePlace(ref reader, changed, (group, topic, reader.Int32()), isStable);
            }

            changed.Number(0);
        }

        return changed.Int16(reader.Int16()).Number(0).ToFrame();
    }

    private void ChangePlace(ref WireReader reader, WireWriter changed, (string Group, string Topic, int Partition) key, bool isStable)
    {
        var offset = reader.Int64();
        var epoch = reader.Int32();
        var metadata = reader.Text();
        var error = reader.Int16();
        if (error == 0 && isStable && !areLate && _unstable.ContainsKey(key))
        {
            (offset, metadata, error) = (-1, null, UnstableOffsetCommit);
        }
        else if (error == 0 && _places.TryGetValue(key, out var place))
        {
            (offset, metadata) = (place.Offset, place.Metadata);
        }

        changed.Int32(key.Partition).Int64(offset).Int32(epoch).CompactText(metadata ?? string.Empty).Int16(error).Number(0);
    }

    private static (string Group, List<PlaceEntry> Entries) ReadCommit(ProxiedRequest request)
    {
        var reader = request.Reader();
        var group = reader.Text()!;
        if (request.Version >= 1)
        {
            _ = reader.Int32();
            _ = reader.Text();
        }

        if (request.Version >= 7)
        {
            _ = reader.Text();
        }

        if (request.Version is >= 2 and <= 4)
        {
            _ = reader.Int64();
        }

        var entries = new List<PlaceEntry>();
        for (var topics = reader.Int32(); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            for (var partitions = reader.Int32(); partitions > 0; partitions--)
            {
                entries.Add(ReadEntry(ref reader, topic, request.Version));
            }
        }

        return (group, entries);
    }

    private static PlaceEntry ReadEntry(ref WireReader reader, string topic, short version)
    {
        var partition = reader.Int32();
        var offset = reader.Int64();
        if (version >= 6)
        {
            _ = reader.Int32();
        }

        if (version == 1)
        {
            _ = reader.Int64();
        }

        return new PlaceEntry(topic, partition, offset, reader.Text());
    }

    private readonly record struct Place(long Offset, string? Metadata);
}
