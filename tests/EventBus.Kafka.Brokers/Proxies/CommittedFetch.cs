namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Gives readers that ask for it what is committed, which the mock brokers do not: nothing from the first record on whose transaction is not decided, and
/// beside the records which transactions were aborted, as the client expects it, which then leaves theirs out.
/// </summary>
internal sealed class CommittedFetch(TransactionWatch transactions)
{
    /// <summary>The latest version without tagged fields.</summary>
    public const short Version = 11;

    // An answer with nothing is asked for again at once.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    public Handling Handle(ProxiedRequest request)
    {
        if (request.Version < 4)
        {
            return default;
        }

        var reader = request.Reader();
        _ = reader.Int64();
        _ = reader.Int64();
        return reader.Byte() == 0 ? default : new Handling(OnAnswer: frame => ChangeAsync(request, frame));
    }

    private async ValueTask<byte[]> ChangeAsync(ProxiedRequest request, byte[] frame)
    {
        var changed = Change(request, frame, out var isCut);
        if (isCut)
        {
            await Task.Delay(s_pause, TimeProvider.System);
        }

        return changed;
    }

    private byte[] Change(ProxiedRequest request, byte[] frame, out bool isCut)
    {
        isCut = false;
        var reader = new WireReader(frame);
        _ = reader.Int64();
        var changed = request.Answer().Int32(reader.Int32());
        if (request.Version >= 7)
        {
            changed.Int16(reader.Int16()).Int32(reader.Int32());
        }

        var topics = reader.Int32();
        for (changed.Int32(topics); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            var partitions = reader.Int32();
            for (changed.Text(topic).Int32(partitions); partitions > 0; partitions--)
            {
                isCut |= ChangePartition(ref reader, changed, topic, request.Version);
            }
        }

        return changed.Raw(reader.Rest).ToFrame();
    }

    private bool ChangePartition(ref WireReader reader, WireWriter changed, string topic, short version)
    {
        var partition = reader.Int32();
        changed.Int32(partition).Int16(reader.Int16()).Int64(reader.Int64()).Int64(reader.Int64());
        if (version >= 5)
        {
            changed.Int64(reader.Int64());
        }

        _ = reader.Int32();
        var replica = version >= 11 ? reader.Int32() : 0;
        var records = reader.Bytes();
        var ranges = transactions.RangesOf(topic, partition) ?? [];
        var copies = new List<DecidedRange>();
        var visible = records[..LengthOfDecided(records, ranges, copies)];
        var first = records.Length >= RecordBatch.HeadLength ? new RecordBatch(records).First : 0;
        var aborted = Array.FindAll(ranges, range => range.IsAborted && range.Last >= first).Concat(copies).ToArray();
        changed.Int32(aborted.Length);
        foreach (var range in aborted.OrderBy(static range => range.First))
        {
            changed.Int64(range.Producer).Int64(range.First);
        }

        if (version >= 11)
        {
            changed.Int32(replica);
        }

        changed.Int32(visible.Length).Raw(visible);
        return visible.Length < records.Length;
    }

    // A batch whose answer was lost is stored once more: nobody is to see the first copy, which no transaction knows of.
    private int LengthOfDecided(ReadOnlySpan<byte> records, DecidedRange[] ranges, List<DecidedRange> copies)
    {
        var length = 0;
        while (records.Length - length >= RecordBatch.HeadLength)
        {
            var batch = new RecordBatch(records[length..]);
            var (producer, first, last) = (batch.Producer, batch.First, batch.Last);
            if (batch.IsOfTransaction && !Array.Exists(ranges, range => range.Producer == producer && range.First <= first && last <= range.Last))
            {
                if (!Array.Exists(ranges, range => range.Producer == producer && range.First > last) && !transactions.IsOver(producer))
                {
                    return length;
                }

                copies.Add(new DecidedRange(producer, first, last, IsAborted: true));
            }

            length += Math.Min(batch.Length, records.Length - length);
        }

        return records.Length;
    }
}
