using Confluent.Kafka;

namespace EventBus.Kafka.Consuming;

/// <content>Commits in transactions, together with what was published for the events that they settle.</content>
internal sealed partial class GroupMember
{
    // Since a producer has failed for good: then nothing is committed any more, and the runner opens another member.
    private bool _hasNoTransactions;
    private int _unstored;

    /// <summary>Completes when the member can begin: at once, unless it has to be able to store transactions.</summary>
    public Task Ready => _transactions?.Opened ?? Task.CompletedTask;

    /// <summary>Whether so much waits to be stored that no more may be handled. From any thread.</summary>
    public bool IsFull => Volatile.Read(ref _unstored) >= _connection.Options.PublishBufferEvents;

    /// <summary>Notes that something waits to be stored. From any thread.</summary>
    public void Published(int events) => Interlocked.Add(ref _unstored, events);

    private void Stored(IReadOnlyList<PublishedFor> published)
    {
        var wasFull = IsFull;
        foreach (var each in published)
        {
            Interlocked.Add(ref _unstored, -each.Events.Count);
        }

        if (wasFull && !IsFull)
        {
            Fetched.Wake();
        }
    }

    private void TakeOutcome()
    {
        if (_transactions?.TryTakeOutcome(out var outcome) is not true)
        {
            return;
        }

        if (outcome.IsEnd)
        {
            _hasNoTransactions = true;
            Fetched.Fail(new EventBusException(
                $"Group '{_request.Group}' can store nothing more: its transactional producer has failed: {outcome.Failure?.Error.Reason}"));
        }

        Outcome(_ => outcome.Failure?.Error.Code ?? ErrorCode.NoError);
        TellPlaced();
    }
}
