using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Takes the commits of a group's members while the group waits for them to join again, as Kafka's brokers do. The mock ones refuse them then, so that
/// members could not write how far they have got before a partition moves.
/// </summary>
/// <remarks>A refused commit is stored as a transactional producer stores it, which the mock brokers look at no member for.</remarks>
/// <param name="brokers">All brokers; the first one coordinates the transactions.</param>
internal sealed class LateCommits(IReadOnlyList<BrokerProxy> brokers)
{
    /// <summary>Of the made-up producer that stores them.</summary>
    public const string TransactionalId = "late-commits";

    /// <summary>The latest version without tagged fields.</summary>
    public const short Version = 7;

    private const int TransactionTimeoutMilliseconds = 60_000;
    private readonly Lock _lock = new();
    private (long Id, short Epoch)? _producer;

    public Handling Handle(ProxiedRequest request) => new(OnAnswer: frame => Change(request, frame));

    private byte[] Change(ProxiedRequest request, byte[] frame)
    {
        var commit = Read(request);
        if (ErrorOf(request, frame) != ErrorCode.RebalanceInProgress)
        {
            return frame;
        }

        var error = Store(commit);
        var answer = request.Answer();
        if (request.Version >= 3)
        {
            answer.Int32(0);
        }

        answer.Int32(commit.Topics.Count);
        foreach (var (topic, partitions) in commit.Topics)
        {
            answer.Text(topic).Int32(partitions.Count);
            foreach (var entry in partitions)
            {
                answer.Int32(entry.Partition).Int16((short)error);
            }
        }

        return answer.ToFrame();
    }

    private ErrorCode Store(Commit commit)
    {
        var (id, epoch) = Producer();
        foreach (var broker in brokers)
        {
            var answer = RawRequest.Send(broker, KafkaRequest.TxnOffsetCommit, 1, writer =>
            {
                writer.Text(TransactionalId).Text(commit.Group).Int64(id).Int16(epoch).Int32(commit.Topics.Count);
                foreach (var (topic, partitions) in commit.Topics)
                {
                    writer.Text(topic).Int32(partitions.Count);
                    foreach (var entry in partitions)
                    {
                        writer.Int32(entry.Partition).Int64(entry.Offset).Text(entry.Metadata);
                    }
                }
            });
            if (answer is not null && FirstError(answer) is var error and not ErrorCode.NotCoordinatorForGroup)
            {
                return error;
            }
        }

        return ErrorCode.RebalanceInProgress;
    }

    private (long Id, short Epoch) Producer()
    {
        lock (_lock)
        {
            return _producer ??= NewProducer();
        }
    }

    private (long Id, short Epoch) NewProducer()
    {
        var answer = RawRequest.Send(
            brokers[0], KafkaRequest.InitProducerId, 0, static writer => writer.Text(TransactionalId).Int32(TransactionTimeoutMilliseconds));
        var reader = new WireReader(answer);
        _ = reader.Int64();
        _ = reader.Int32();
        _ = reader.Int16();
        return (reader.Int64(), reader.Int16());
    }

    // Each partition has the same.
    private static ErrorCode ErrorOf(ProxiedRequest request, byte[] frame)
    {
        if (request.Version >= 3)
        {
            return FirstError(frame);
        }

        var reader = new WireReader(frame);
        _ = reader.Int64();
        return FirstError(ref reader);
    }

    private static ErrorCode FirstError(byte[] frame)
    {
        var reader = new WireReader(frame);
        _ = reader.Int64();
        _ = reader.Int32();
        return FirstError(ref reader);
    }

    private static ErrorCode FirstError(ref WireReader reader)
    {
        if (reader.Int32() < 1)
        {
            return ErrorCode.NoError;
        }

        _ = reader.Text();
        if (reader.Int32() < 1)
        {
            return ErrorCode.NoError;
        }

        _ = reader.Int32();
        return (ErrorCode)reader.Int16();
    }

    private static Commit Read(ProxiedRequest request)
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

        var topics = new List<(string, List<Entry>)>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            var entries = new List<Entry>();
            topics.Add((reader.Text()!, entries));
            for (var partitions = reader.Int32(); partitions > 0; partitions--)
            {
                entries.Add(ReadEntry(ref reader, request.Version));
            }
        }

        return new Commit(group, topics);
    }

    private static Entry ReadEntry(ref WireReader reader, short version)
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

        return new Entry(partition, offset, reader.Text());
    }

    private sealed record Commit(string Group, IReadOnlyList<(string Topic, List<Entry> Partitions)> Topics);

    private readonly record struct Entry(int Partition, long Offset, string? Metadata);
}
