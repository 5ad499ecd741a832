using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Takes the batches of an idempotent producer in their order only, as Kafka's brokers do: the mock ones store whatever comes behind a batch that they
/// have refused, and producers rely on it that this cannot be.
/// </summary>
/// <param name="inner">What else is done with such a request.</param>
internal sealed class ProducedOrder(Func<ProxiedRequest, Handling> inner)
{
    // Those of its last batches that a broker knows again.
    private const int Remembered = 5;
    private readonly Lock _lock = new();
    private readonly Dictionary<(long Producer, short Epoch, string Topic, int Partition), List<(int From, int To, long Offset)>> _stored = [];

    public Handling Handle(ProxiedRequest request)
    {
        var batches = Read(request);
        if (batches.Count == 0)
        {
            return inner(request);
        }

        var outcomes = batches.ConvertAll(OutcomeOf);
        if (outcomes.Exists(static outcome => outcome is not null))
        {
            return new Handling(Answer: Answer(request, batches, outcomes));
        }

        var handling = inner(request);
        if (handling.Answer is not null)
        {
            return handling;
        }

        return handling with
        {
            IsAlone = true,
            OnAnswer = async frame =>
            {
                Note(request, batches, frame);
                return handling.OnAnswer is { } next ? await next(frame) : frame;
            },
        };
    }

    private static List<Batch> Read(ProxiedRequest request)
    {
        var reader = request.Reader();
        if (request.Version >= 3)
        {
            _ = reader.Text();
        }

        // Whoever wants no answer says nothing about order.
        var batches = new List<Batch>();
        if (reader.Int16() == 0)
        {
            return batches;
        }

        _ = reader.Int32();
        for (var topics = reader.Int32(); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            for (var partitions = reader.Int32(); partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                var bytes = reader.Bytes();
                if (bytes.Length < RecordBatch.HeadLength || new RecordBatch(bytes) is not { Producer: >= 0 } records)
                {
                    return [];
                }

                batches.Add(new Batch((records.Producer, records.Epoch, topic, partition), records.Sequence, records.Sequence + records.Count));
            }
        }

        return batches;
    }

    // Null where it may be stored.
    private (ErrorCode Error, long Offset)? OutcomeOf(Batch batch)
    {
        lock (_lock)
        {
            if (!_stored.TryGetValue(batch.Place, out var stored) || stored[^1].To == batch.From)
            {
                return stored is null && batch.From != 0 ? (ErrorCode.OutOfOrderSequenceNumber, -1) : null;
            }

            return stored.Find(one => one.From == batch.From && one.To == batch.To) is { To: > 0 } again
                ? (ErrorCode.NoError, again.Offset)
                : (ErrorCode.OutOfOrderSequenceNumber, -1);
        }
    }

    // Others that came with it are to come again.
    private static byte[] Answer(ProxiedRequest request, List<Batch> batches, List<(ErrorCode Error, long Offset)?> outcomes)
    {
        var answer = request.Answer().Int32(batches.Count);
        for (var i = 0; i < batches.Count; i++)
        {
            var (error, offset) = outcomes[i] ?? (ErrorCode.RequestTimedOut, -1);
            answer.Text(batches[i].Place.Topic).Int32(1).Int32(batches[i].Place.Partition).Int16((short)error).Int64(offset);
            if (request.Version >= 2)
            {
                answer.Int64(-1);
            }

            if (request.Version >= 5)
            {
                answer.Int64(0);
            }

            if (request.Version >= 8)
            {
                answer.Int32(0).Text(null);
            }
        }

        return (request.Version >= 1 ? answer.Int32(0) : answer).ToFrame();
    }

    private void Note(ProxiedRequest request, List<Batch> batches, byte[] frame)
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
                var offset = answer.Int64();
                if (request.Version >= 2)
                {
                    _ = answer.Int64();
                }

                if (request.Version >= 5)
                {
                    _ = answer.Int64();
                }

                if (request.Version >= 8)
                {
                    _ = answer.Int32();
                    _ = answer.Text();
                }

                if (error == 0)
                {
                    Note(batches.Find(batch => batch.Place.Topic == topic && batch.Place.Partition == partition), offset);
                }
            }
        }
    }

    private void Note(Batch batch, long offset)
    {
        lock (_lock)
        {
            if (!_stored.TryGetValue(batch.Place, out var stored))
            {
                _stored[batch.Place] = stored = [];
            }

            stored.Add((batch.From, batch.To, offset));
            if (stored.Count > Remembered)
            {
                stored.RemoveAt(0);
            }
        }
    }

    private readonly record struct Batch((long Producer, short Epoch, string Topic, int Partition) Place, int From, int To);
}
