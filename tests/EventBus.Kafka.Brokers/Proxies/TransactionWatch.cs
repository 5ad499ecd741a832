using System.Buffers.Binary;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Follows the transactions of all producers, and does what the mock brokers leave out: a transaction writes the places of groups, for their members alone;
/// it ends when its time is over; and a producer is fenced by the next one of its id.
/// </summary>
internal sealed class TransactionWatch(IReadOnlyList<BrokerProxy> brokers, GroupPlaces places) : IDisposable
{
    /// <summary>The latest version without tagged fields.</summary>
    public const short ProduceVersion = 8;

    private const int ErrorAt = 8 + 4;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Producer, short Epoch, TimeSpan Timeout)> _current = new(StringComparer.Ordinal);
    private readonly Dictionary<long, OpenTransaction> _open = [];
    private readonly Dictionary<(string Topic, int Partition), List<DecidedRange>> _decided = [];

    public IEnumerable<KeyValuePair<KafkaRequest, Func<ProxiedRequest, Handling>>> Handlers =>
    [
        new(KafkaRequest.InitProducerId, Init),
        new(KafkaRequest.TxnOffsetCommit, CommitOffsets),
        new(KafkaRequest.EndTxn, End),
    ];

    /// <summary>What transactions have written to a partition, as far as they are decided; null where none has.</summary>
    public DecidedRange[]? RangesOf(string topic, int partition)
    {
        lock (_lock)
        {
            return _decided.TryGetValue((topic, partition), out var ranges) ? [.. ranges] : null;
        }
    }

    /// <summary>Whether a producer writes nothing more: another one has its id.</summary>
    public bool IsOver(long producer)
    {
        lock (_lock)
        {
            return !_open.ContainsKey(producer) && !_current.Values.Any(current => current.Producer == producer);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var transaction in _open.Values)
            {
                transaction.Dispose();
            }

            _open.Clear();
        }
    }

    private Handling Init(ProxiedRequest request)
    {
        var reader = request.Reader();
        if (request.Version >= 2)
        {
            reader.SkipTags();
        }

        if ((request.Version >= 2 ? reader.CompactText() : reader.Text()) is not { } id)
        {
            return default;
        }

        var timeout = TimeSpan.FromMilliseconds(reader.Int32());
        return Handling.Changing(frame =>
        {
            var answer = new WireReader(frame);
            _ = answer.Int64();
            if (request.Version >= 2)
            {
                answer.SkipTags();
            }

            _ = answer.Int32();
            if (answer.Int16() == 0)
            {
                Begin(id, answer.Int64(), answer.Int16(), timeout);
            }

            return frame;
        });
    }

    // What the id's last producer has left open ends with it.
    private void Begin(string id, long producer, short epoch, TimeSpan timeout)
    {
        OpenTransaction? left;
        lock (_lock)
        {
            left = _open.Values.FirstOrDefault(transaction => transaction.Id == id);
            _current[id] = (producer, epoch, timeout);
        }

        if (left is not null)
        {
            Abort(left);
        }
    }

    /// <summary>What becomes of what is to be written.</summary>
    public Handling Produce(ProxiedRequest request)
    {
        var reader = request.Reader();
        var id = request.Version >= 3 ? reader.Text() : null;
        _ = reader.Int16();
        _ = reader.Int32();
        if (id is null || ReadBatches(ref reader) is not { Count: > 0 } batches)
        {
            return default;
        }

        var (producer, epoch) = (batches[0].Producer, batches[0].Epoch);
        return IsFenced(id, producer, epoch)
            ? new Handling(Answer: RefuseBatches(request, batches))
            : Handling.Changing(frame =>
            {
                Wrote(id, producer, epoch, batches, frame, request.Version);
                return frame;
            });
    }

    private static List<Batch> ReadBatches(ref WireReader reader)
    {
        var batches = new List<Batch>();
        for (var topics = reader.Int32(); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            for (var partitions = reader.Int32(); partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                var records = new RecordBatch(reader.Bytes());
                batches.Add(new Batch(topic, partition, records.Count, records.Producer, records.Epoch));
            }
        }

        return batches;
    }

    private static byte[] RefuseBatches(ProxiedRequest request, List<Batch> batches)
    {
        var answer = request.Answer().Int32(batches.Count);
        foreach (var batch in batches)
        {
            answer.Text(batch.Topic).Int32(1).Int32(batch.Partition).Int16((short)ErrorCode.InvalidProducerEpoch).Int64(-1).Int64(-1).Int64(-1)
                .Int32(0).Text(null);
        }

        return answer.Int32(0).ToFrame();
    }

    private void Wrote(string id, long producer, short epoch, List<Batch> batches, byte[] frame, short version)
    {
        var answer = new WireReader(frame);
        _ = answer.Int64();
        for (var topics = answer.Int32(); topics > 0; topics--)
        {
            var topic = answer.Text()!;
            for (var partitions = answer.Int32(); partitions > 0; partitions--)
            {
                var partition = answer.Int32();
                var error = answer.Int16();
                var first = answer.Int64();
                _ = answer.Int64();
                if (version >= 5)
                {
                    _ = answer.Int64();
                }

                if (version >= 8)
                {
                    // No broker of the tests names single records.
                    _ = answer.Int32();
                    _ = answer.Text();
                }

                if (error == 0 && first >= 0)
                {
                    var count = batches.Find(batch => batch.Topic == topic && batch.Partition == partition).Count;
                    Wrote(id, producer, epoch, (topic, partition), first, first + count - 1);
                }
            }
        }
    }

    private void Wrote(string id, long producer, short epoch, (string, int) partition, long first, long last)
    {
        lock (_lock)
        {
            var written = Open(id, producer, epoch).Written;
            written[partition] = written.TryGetValue(partition, out var before) ? (Math.Min(before.First, first), Math.Max(before.Last, last)) : (first, last);
        }
    }

    private OpenTransaction Open(string id, long producer, short epoch)
    {
        if (!_open.TryGetValue(producer, out var open))
        {
            _open[producer] = open = new OpenTransaction(id, producer, epoch);
            var timeout = _current.TryGetValue(id, out var current) ? current.Timeout : TimeSpan.FromMinutes(1);
            open.Timer = TimeProvider.System.CreateTimer(_ => Expire(open), null, timeout, Timeout.InfiniteTimeSpan);
        }

        return open;
    }

    private void Expire(OpenTransaction transaction)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(transaction.Producer) != transaction)
            {
                return;
            }

            // Whoever has it now may go on only after asking for a new epoch.
            if (_current.TryGetValue(transaction.Id, out var current) && current.Producer == transaction.Producer)
            {
                _current[transaction.Id] = current with { Epoch = (short)(transaction.Epoch + 1) };
            }
        }

        Abort(transaction);
    }

    private void Abort(OpenTransaction transaction)
    {
        foreach (var broker in brokers)
        {
            var answer = RawRequest.Send(broker, KafkaRequest.EndTxn, 1, writer =>
                writer.Text(transaction.Id).Int64(transaction.Producer).Int16(transaction.Epoch).Raw([0]));
            if (answer is not null && ErrorOf(answer) == ErrorCode.NoError)
            {
                break;
            }
        }

        Decide(transaction, isCommitted: false);
    }

    private Handling CommitOffsets(ProxiedRequest request)
    {
        var commit = OffsetsOfTransaction.Read(request);
        if (IsFenced(commit.Id, commit.Producer, commit.Epoch))
        {
            return new Handling(Answer: commit.Refuse(request, ErrorCode.InvalidProducerEpoch));
        }

        if (commit.Member is { Length: > 0 } member && RefusalOf(commit.Group, commit.Generation, member) is var refusal and not ErrorCode.NoError)
        {
            return new Handling(Answer: commit.Refuse(request, refusal));
        }

        // With the look at the group, not with the answer: the group may have changed by then, and another member asked for the places. What is refused or not
        // answered is followed by another try, or by the end of the transaction.
        lock (_lock)
        {
            Open(commit.Id, commit.Producer, commit.Epoch).Places.AddRange(commit.Entries.Select(entry => (commit.Group, entry)));
            commit.Entries.ForEach(entry => places.Hold(commit.Producer, commit.Group, entry));
        }

        return default;
    }

    // The group's coordinator knows its members. While it waits for them to join again, it takes their last places.
    private ErrorCode RefusalOf(string group, int generation, string member)
    {
        foreach (var broker in brokers)
        {
            var answer = RawRequest.Send(broker, KafkaRequest.Heartbeat, 1, writer => writer.Text(group).Int32(generation).Text(member));
            if (answer is not null && ErrorOf(answer) is var error and not ErrorCode.NotCoordinatorForGroup)
            {
                return error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration ? error : ErrorCode.NoError;
            }
        }

        return ErrorCode.NoError;
    }

    private Handling End(ProxiedRequest request)
    {
        var reader = request.Reader();
        var id = reader.Text()!;
        var producer = reader.Int64();
        var epoch = reader.Int16();
        var isCommitted = reader.Byte() != 0;
        return IsFenced(id, producer, epoch)
            ? new Handling(Answer: request.Answer().Int32(0).Int16((short)ErrorCode.InvalidProducerEpoch).ToFrame())
            : Handling.Changing(frame =>
            {
                if (ErrorOf(frame) == ErrorCode.NoError)
                {
                    OpenTransaction? open;
                    lock (_lock)
                    {
                        open = _open.GetValueOrDefault(producer);
                    }

                    if (open is not null)
                    {
                        Decide(open, isCommitted);
                    }
                }

                return frame;
            });
    }

    private void Decide(OpenTransaction transaction, bool isCommitted)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(transaction.Producer) != transaction)
            {
                return;
            }

            _open.Remove(transaction.Producer);
            transaction.Dispose();
            foreach (var (partition, (first, last)) in transaction.Written)
            {
                if (!_decided.TryGetValue(partition, out var ranges))
                {
                    _decided[partition] = ranges = [];
                }

                ranges.Add(new DecidedRange(transaction.Producer, first, last, !isCommitted));
            }

            foreach (var (group, entry) in transaction.Places)
            {
                places.Decide(transaction.Producer, group, entry, isCommitted);
            }
        }
    }

    private bool IsFenced(string id, long producer, short epoch)
    {
        lock (_lock)
        {
            return _current.TryGetValue(id, out var current) && (current.Producer != producer || current.Epoch != epoch);
        }
    }

    private static ErrorCode ErrorOf(byte[] frame) => (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(ErrorAt));

    private readonly record struct Batch(string Topic, int Partition, int Count, long Producer, short Epoch);
}
