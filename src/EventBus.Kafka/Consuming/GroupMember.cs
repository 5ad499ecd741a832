using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Groups;
using EventBus.Kafka.Native;
using EventBus.Kafka.Transactions;
using EventBus.Transports;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Consuming;

/// <summary>
/// A member of a group: a client, and the thread that serves it. The thread takes and gives back partitions, commits, and moves partitions that somebody
/// seeks; it never waits for handlers, so the member stays in its group whatever they do.
/// </summary>
/// <remarks>
/// <para>Everything here but what says otherwise is the poll thread's own. Its states, each of which it goes on from at its next step:</para>
/// <list type="bullet">
/// <item><b>Assigning</b>: partitions were assigned; their places are looked up, then they are taken. Until then the group waits for the answer.</item>
/// <item><b>Revoking</b>: partitions go; they hand out nothing more; once the runner has released them, or the time is over, they are fenced, committed, and
/// given back. Each revocation is answered, also while closing, and also where the partitions are lost: then at once and without a commit.</item>
/// <item><b>Moving</b>: somebody seeks; as revoking, but the new place is committed, and reading goes on there.</item>
/// <item><b>Closing</b>: everything is fenced and committed, then the group is left.</item>
/// </list>
/// <para>
/// The client is made before the thread, and destroyed by it at its very end, after the <see cref="FetchQueue"/> and the wake-ups have been closed: nobody
/// else calls the library with it. If the process dies anywhere, what is committed covers settled events only, and the group finds out by itself.
/// </para>
/// </remarks>
internal sealed partial class GroupMember
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_commitTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(10);
    private readonly KafkaConnection _connection;
    private readonly ConsumerRequest _request;
    private readonly StartPlaces _starts;
    private readonly SeekBoard _board;
    private readonly KafkaClient _client;
    private readonly ClientEvents _events;
    private readonly nint _queue;
    private readonly Lock _wakeLock = new();
    private readonly Dictionary<(string Topic, int Partition), KafkaAssignment> _owned = [];
    private readonly TaskCompletionSource _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TransactionThread? _transactions;
    private readonly TimeSpan _interval;
    private bool _isDestroyed;
    private volatile bool _isClosing;

    /// <param name="connection">The cluster.</param>
    /// <param name="request">What the subscription asks for.</param>
    /// <param name="starts">Where the group starts.</param>
    /// <param name="board">Who asks the group to go elsewhere.</param>
    /// <param name="transactions">Makes what stores settlements together with what was published; null for none.</param>
    /// <exception cref="EventBusException">The settings do not go together.</exception>
    public GroupMember(
        KafkaConnection connection, ConsumerRequest request, StartPlaces starts, SeekBoard board,
        Func<Action, TransactionThread>? transactions = null)
    {
        _connection = connection;
        _request = request;
        _starts = starts;
        _board = board;
        _client = connection.CreateConsumer(request.Group);
        _events = new ClientEvents(connection, _client, $"consumer of {request.Group}") { Failed = OnError };
        _queue = Librdkafka.ConsumerQueue(_client.Handle);
        Fetched = new FetchQueue(connection, request, _client);
        _transactions = transactions?.Invoke(Wake);
        _transactions?.MayCommit = AwaitStanding;
        _interval = _transactions is null ? connection.Options.CommitInterval : connection.Options.TransactionInterval;
    }

    /// <summary>The records of its partitions.</summary>
    public FetchQueue Fetched { get; }

    /// <summary>Completes when the member has been assigned partitions, or none, for the first time, and the group has a place in each of them.</summary>
    public Task Placed => _placed.Task;

    /// <summary>Joins the group, and begins.</summary>
    /// <param name="subscription">Topics and patterns, as the library takes them.</param>
    /// <exception cref="EventBusException">The subscription is refused.</exception>
    public unsafe void Start(IReadOnlyCollection<string> subscription)
    {
        using var list = new PartitionList(subscription.Count);
        foreach (var topic in subscription)
        {
            list.Add(topic, -1);
        }

        if (Librdkafka.Subscribe(_client.Handle, list.Pointer) is var code and not 0)
        {
            Destroy();
            throw new EventBusException($"Group '{_request.Group}' could not subscribe to {string.Join(", ", subscription)}: {KafkaErrors.Text(code)}");
        }

        _board.Changed += OnWish;
        new Thread(Run) { IsBackground = true, Name = $"EventBus Kafka {_request.Group}" }.Start();
    }

    /// <summary>Ends a member that has not been started.</summary>
    public void Abandon() => Destroy();

    /// <summary>Ends the thread's wait, if it waits. From any thread, at any time.</summary>
    public void Wake()
    {
        lock (_wakeLock)
        {
            if (!_isDestroyed)
            {
                Librdkafka.Yield(_queue);
            }
        }
    }

    /// <summary>Leaves the group. What is settled by now is written, if the brokers can be reached in time. From any thread; again without effect.</summary>
    public async Task CloseAsync()
    {
        _isClosing = true;
        Wake();
        await _ended.Task.ConfigureAwait(false);
        try
        {
            await (_transactions?.EndAsync() ?? Task.CompletedTask).WaitAsync(s_commitTimeout, _connection.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The library waits for the group's coordinator without an end. What it would write then is refused, since the member has left.
            _connection.Log.TransactionsNotEnded(_request.Group, s_commitTimeout);
        }
    }

    private void Run()
    {
        try
        {
            while (!_isClosed)
            {
                Serve(Librdkafka.Poll(_queue, PauseMilliseconds()));
                NoteStep();
                Step();
            }
        }
        catch (Exception exception)
        {
            // The group finds out by itself; the runner opens another member.
            _connection.Log.MemberFailed(exception, _request.Group);
            Fetched.Fail(new EventBusException($"The member of group '{_request.Group}' has failed: {exception.Message}", exception));
        }
        finally
        {
            Destroy();
        }
    }

    private void Serve(nint @event)
    {
        if (@event == 0)
        {
            return;
        }

        try
        {
            switch ((EventKinds)Librdkafka.TypeOf(@event))
            {
                case EventKinds.Rebalance:
                    OnRebalance(@event);
                    break;
                case EventKinds.OffsetCommit:
                    OnCommitted(@event);
                    break;
                case EventKinds.Record:
                    // It would be lost: the partition's queue leads elsewhere.
                    Fetched.Fail(new EventBusException($"Group '{_request.Group}': a record has come by a way that is not served."));
                    break;
                default:
                    _events.TryHandle(@event);
                    break;
            }
        }
        finally
        {
            Librdkafka.DestroyEvent(@event);
        }
    }

    private void Step()
    {
        if (_isClosing)
        {
            TakeOutcome();
            Close();
            return;
        }

        TakeOutcome();
        EndIfStuck();
        Assign();
        Revoke();
        Move();
        CommitIfDue();
    }

    // What is waited for outside wakes the thread; what is waited for in the library comes as an event.
    private int PauseMilliseconds() =>
        _assigning is not null || _revocation is not null || _moves.Count > 0 || _isClosing
            ? (int)s_retryPause.TotalMilliseconds
            : Math.Max(1, (int)Math.Min(_interval.TotalMilliseconds, UntilCommit().TotalMilliseconds));

    private void OnError(ClusterError error)
    {
        if (error.IsFatal || ConsumerErrors.EndsMember(error.Code))
        {
            var fault = ConsumerErrors.ToException(_request.Group, null, error);
            _placed.TrySetException(fault);
            Fetched.Fail(fault);
        }
    }

    private void OnWish(object? sender, EventArgs e) => Wake();

    private TimeSpan Since(long timestamp) => _connection.Time.GetElapsedTime(timestamp);

    private void Destroy()
    {
        _board.Changed -= OnWish;
        foreach (var assignment in _owned.Values)
        {
            End(assignment);
        }

        Fetched.Close();
        lock (_wakeLock)
        {
            _isDestroyed = true;
            Librdkafka.DestroyQueue(_queue);
        }

        _client.Dispose();
        _placed.TrySetException(new EventBusException($"The member '{_request.Member}' of group '{_request.Group}' was closed."));

        // Nobody may have waited for it.
        _ = _placed.Task.Exception;
        _ = _transactions?.EndAsync();
        _ended.TrySetResult();
    }

    // Fires the runner's callbacks on this thread: they take its lock for a moment, and may release the partition at once.
    private void End(KafkaAssignment assignment)
    {
        assignment.IsOver = true;
        Tell(assignment);
    }

    private void Tell(KafkaAssignment assignment)
    {
        try
        {
            assignment.Revoke();
        }
        catch (AggregateException exception)
        {
            _connection.Log.MemberFailed(exception, _request.Group);
        }
    }
}
