using System.Diagnostics.CodeAnalysis;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Topics;

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
    private volatile Outcome? _outcome;
    private bool _isEnding;

    /// <param name="connection">The cluster.</param>
    /// <param name="topics">The topics, which are looked up or made at their first use.</param>
    /// <param name="group">The group.</param>
    /// <param name="member">The member's name in it.</param>
    /// <param name="ended">Called, on this thread, when a transaction has an outcome.</param>
    public TransactionThread(KafkaConnection connection, TopicDirectory topics, string group, string member, Action ended)
    {
        _connection = connection;
        _group = group;
        _ended = ended;
        _producer = new TransactionalProducer(connection, topics, $"{connection.Names.Group(group)}.{member}");
        new Thread(Run) { IsBackground = true, Name = $"EventBus Kafka transactions of {group}" }.Start();
    }

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
        outcome = _outcome;
        _outcome = null;
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
                _outcome = Store(transaction);
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
        using (transaction)
        {
            var failure = _producer.Store(transaction);
            if (failure is null)
            {
                return new Outcome(null);
            }

            _connection.Log.TransactionFailed(_group, failure.Error.Code, failure.Error.Reason);
            if (failure is { RequiresAbort: true, Error.IsFatal: false } && _producer.Abort() is null)
            {
                return new Outcome(failure);
            }

            // Whether it was committed is not known here: the group's places tell, to the member that comes next.
            return new Outcome(failure) { IsEnd = true };
        }
    }

    /// <summary>What became of a transaction.</summary>
    /// <param name="Failure">Null where it is stored.</param>
    internal sealed record Outcome(TransactionError? Failure)
    {
        /// <summary>Whether the producer can do nothing more, and the member has to end with it.</summary>
        public bool IsEnd { get; init; }
    }
}
