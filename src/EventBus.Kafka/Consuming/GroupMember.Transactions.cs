using Confluent.Kafka;
using EventBus.Kafka.Transactions;
using EventBus.Transactions;

namespace EventBus.Kafka.Consuming;

/// <content>Commits in transactions, together with what was published for the events that they settle.</content>
internal sealed partial class GroupMember
{
    private long _begunAt;
    private long _unstored;
    private long _unstoredBytes;

    /// <summary>Completes when the member can begin: at once, unless it has to be able to store transactions.</summary>
    public Task Ready => _transactions?.Opened ?? Task.CompletedTask;

    /// <summary>What looks at events before they are kept for a transaction; null for a member without.</summary>
    public OutgoingCheck? Outgoing => _transactions?.Check;

    /// <summary>
    /// Whether so much waits to be stored that no more may be handled. Not of a member that is at its end, which has to tell so. From any thread.
    /// </summary>
    public bool IsFull =>
        (Interlocked.Read(ref _unstored) >= _connection.Options.PublishBufferEvents
            || Interlocked.Read(ref _unstoredBytes) >= _connection.Options.PublishBufferBytes)
        && !Fetched.IsOver;

    /// <summary>Notes that something waits to be stored. From any thread.</summary>
    public void Published(IReadOnlyList<OutgoingEvent> events)
    {
        Interlocked.Add(ref _unstored, events.Count);
        Interlocked.Add(ref _unstoredBytes, BytesOf(events));
    }

    private void Stored(IReadOnlyList<PublishedFor> published)
    {
        var wasFull = IsFull;
        foreach (var each in published)
        {
            Interlocked.Add(ref _unstored, -each.Events.Count);
            Interlocked.Add(ref _unstoredBytes, -BytesOf(each.Events));
        }

        if (wasFull && !IsFull)
        {
            Fetched.Wake();
        }
    }

    private static long BytesOf(IReadOnlyList<OutgoingEvent> events)
    {
        var bytes = 0L;
        for (var i = 0; i < events.Count; i++)
        {
            bytes += events[i].Envelope.Data.Length;
        }

        return bytes;
    }

    private void TakeOutcome()
    {
        if (_transactions?.TryTakeOutcome(out var outcome) is not true)
        {
            return;
        }

        if (outcome.End is { } end)
        {
            EndTransactions(end);
        }

        Outcome(_ => outcome.Code);
        TellPlaced();
    }

    // The library waits without an end for an answer that it has missed (rd_kafka_send_offsets_to_transaction). By then the brokers have given the
    // transaction up, and the next member's producer fences this one.
    private void EndIfStuck()
    {
        if (_transactions is not null && IsCommitting && !_commitsNoMore && Since(_begunAt) > _connection.Options.TransactionTimeout + s_commitTimeout)
        {
            EndTransactions($"a transaction has had no outcome for {_connection.Options.TransactionTimeout + s_commitTimeout}");
        }
    }

    private void EndTransactions(string why)
    {
        _commitsNoMore = true;
        Fetched.Fail(new EventBusException($"Group '{_request.Group}' can store nothing more, and begins anew where it has got to: {why}"));
    }
}
