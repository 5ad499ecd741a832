using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;

namespace EventBus.Kafka.Transactions;

/// <summary>
/// Stores one transaction after the other for a member of a group, on a thread of its own: a step waits for the brokers, and the member's own thread
/// has to go on answering its group.
/// </summary>
/// <remarks>One transaction at a time: whoever begins one takes its outcome before the next.</remarks>
internal sealed class TransactionThread
{
    private readonly KafkaConnection _connection;
    private readonly string _group;
    private readonly TransactionalProducer _producer;
    private readonly Action _ended;
    private readonly object _wake = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GroupTransaction? _transaction;
    private Outcome? _outcome;
    private bool _isEnding;

    /// <param name="connection">The cluster.</param>
    /// <param name="check">What looks at events before they are kept, and learns from what is refused.</param>
    /// <param name="group">The group.</param>
    /// <param name="member">The member's name in it.</param>
    /// <param name="ended">Called, on this thread, when a transaction has an outcome.</param>
    public TransactionThread(KafkaConnection connection, OutgoingCheck check, string group, string member, Action ended)
    {
        _connection = connection;
        _group = group;
        _ended = ended;
        Check = check;
        _producer = new TransactionalProducer(connection, $"{connection.Names.Group(group)}.{member}");
        new Thread(Run) { IsBackground = true, Name = $"EventBus Kafka transactions of {group}" }.Start();
    }

    /// <summary>What looks at events before they are kept.</summary>
    public OutgoingCheck Check { get; }

    /// <summary>Asked right before a transaction is committed, on this thread; what is not null gives the transaction up.</summary>
    public Func<TransactionError?>? MayCommit { get; set; }

    /// <summary>Completes when transactions can be stored.</summary>
    /// <exception cref="EventBusException">The brokers refuse them.</exception>
    public Task Opened => _opened.Task;

    /// <summary>Begins to store a transaction.</summary>
    public void Begin(GroupTransaction transaction)
    {
        lock (_wake)
        {
            _transaction = transaction;
            Monitor.Pulse(_wake);
        }
    }

    /// <summary>Takes the outcome of the transaction that was begun last, when it has one.</summary>
    public bool TryTakeOutcome([NotNullWhen(true)] out Outcome? outcome)
    {
        // In one step: an outcome that comes between a look and its taking would be lost, and the member wait for it for ever.
        outcome = Interlocked.Exchange(ref _outcome, null);
        return outcome is not null;
    }

    /// <summary>Ends the thread and closes its producer. What is not committed by then is aborted.</summary>
    public Task EndAsync()
    {
        lock (_wake)
        {
            _isEnding = true;
            _producer.Hurry();
            Monitor.Pulse(_wake);
        }

        return _closed.Task;
    }

    private void Run()
    {
        try
        {
            if (_producer.Init() is { } refused)
            {
                _opened.TrySetException(new EventBusException(
                    $"Group '{_group}' asks for exactly-once, and the brokers give it no transactions: {refused.Error.Reason}"));
                _ = _opened.Task.Exception;
            }

            _opened.TrySetResult();
            while (Next() is { } transaction)
            {
                Volatile.Write(ref _outcome, Store(transaction));
                _ended();
            }
        }
        finally
        {
            _ = _producer.CloseAsync().ContinueWith(
                _ => _closed.TrySetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private GroupTransaction? Next()
    {
        lock (_wake)
        {
            while (_transaction is null && !_isEnding)
            {
                Monitor.Wait(_wake);
            }

            var next = _transaction;
            _transaction = null;
            if (_isEnding)
            {
                next?.Dispose();
                return null;
            }

            return next;
        }
    }

    private Outcome Store(GroupTransaction transaction)
    {
        try
        {
            using (transaction)
            {
                return _producer.Store(transaction, MayCommit ?? (static () => null)) is { } failure ? Fail(transaction, failure) : new Outcome(ErrorCode.NoError, null);
            }
        }
        catch (Exception exception)
        {
            // Not the brokers': nobody knows what is left of the transaction.
            _connection.Log.MemberFailed(exception, _group);
            return new Outcome(ErrorCode.Local_Fail, exception.Message);
        }
    }

    private Outcome Fail(GroupTransaction transaction, TransactionError failure)
    {
        var (code, reason) = (failure.Error.Code, failure.Error.Reason);
        _connection.Log.TransactionFailed(_group, code, reason);

        // Also of one that the end of the thread has cut short: readers need not wait until its time is over.
        var isAborted = !failure.Error.IsFatal && _producer.Abort() is null;
        if (Refused(transaction, failure) is { } refused)
        {
            Check.Learn(refused);
            return new Outcome(code, $"an event for '{refused.Event.Topic}' was refused ({refused.Code}). Handled again, what publishes it fails");
        }

        // Whether it is stored is not known without an abort: the group's places tell, to the member that comes next.
        return isAborted && code is not (ErrorCode.GroupAuthorizationFailed or ErrorCode.OffsetMetadataTooLarge or ErrorCode.DuplicateSequenceNumber)
            ? new Outcome(code, null)
            : new Outcome(code, $"its transactional producer has failed: {reason} ({code})");
    }

    // Where a topic as a whole was refused, no event tells; the library names the topic.
    private RefusedEvent? Refused(GroupTransaction transaction, TransactionError failure)
    {
        if (_producer.Refused is { } refused)
        {
            return refused;
        }

        if (failure.Error.Code is not ErrorCode.TopicAuthorizationFailed || !transaction.Events.Any())
        {
            return null;
        }

        var named = transaction.Events.FirstOrDefault(each =>
            failure.Error.Reason.Contains(_connection.Names.Topic(each.Topic), StringComparison.Ordinal));
        return new RefusedEvent(named.Topic is null ? transaction.Events.First() : named, failure.Error.Code);
    }

    /// <summary>What became of a transaction.</summary>
    /// <param name="Code">Why it was not stored; <see cref="ErrorCode.NoError"/> where it is.</param>
    /// <param name="End">Why the member has to end with it; null where the next transaction may store it.</param>
    internal sealed record Outcome(ErrorCode Code, string? End);
}
