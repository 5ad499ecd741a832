using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;
using EventBus.Kafka.Records;
using EventBus.Transports;

namespace EventBus.Kafka.Consuming;

/// <summary>
/// Where the records of all partitions of a member arrive, and from which they are taken on the receiver's own thread: no thread of ours lies between
/// the library's and the receiver's.
/// </summary>
/// <remarks>
/// <para>
/// Everything here is done under one lock, and nothing after <see cref="Close"/>, which the poll thread calls before it destroys the client. So no call on
/// the queue, and no record, outlives the client. The lock also keeps taking records apart from moving a partition (a seek, a pause, a revocation): the
/// library remembers how far records have been taken, and would otherwise remember, after a move, a place from before it.
/// </para>
/// <para>
/// The library tells, on a thread of its own that holds the queue's lock, when the queue is no longer empty; it tells so once, until the queue has been
/// emptied. That call only sets a <see cref="WakeSignal"/>. It ends before <see cref="Close"/> does.
/// </para>
/// </remarks>
internal sealed unsafe class FetchQueue
{
    private const int Batch = 256;
    private const int MoveTimeoutMilliseconds = 1_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<(nint Topic, int Partition), KafkaAssignment> _assignments = [];
    private readonly KafkaConnection _connection;
    private readonly ConsumerRequest _request;
    private readonly KafkaClient _client;
    private readonly RecordReader _records;
    private readonly WakeSignal _wake = new();
    private readonly nint _queue;
    private readonly NativeMessage** _messages;
    private GCHandle _wakeHandle;
    private KafkaAssignment? _last;
    private EventBusException? _fault;
    private bool _hasTaken;
    private bool _isClosed;

    public FetchQueue(KafkaConnection connection, ConsumerRequest request, KafkaClient client)
    {
        _connection = connection;
        _request = request;
        _client = client;
        _records = new RecordReader(connection.Options.ForeignTopics);
        _messages = (NativeMessage**)NativeMemory.Alloc(Batch, (nuint)sizeof(NativeMessage*));
        _queue = Librdkafka.NewQueue(client.Handle);
        _wakeHandle = GCHandle.Alloc(_wake);
        Librdkafka.NotifyOf(_queue, &OnRecords, GCHandle.ToIntPtr(_wakeHandle));
    }

    /// <summary>Takes what is there.</summary>
    /// <returns>How many events; 0 where there are none, and <see cref="WaitAsync"/> tells when that may have changed.</returns>
    /// <exception cref="EventBusException">The member is at its end.</exception>
    public int Take(Span<ReceivedEvent> buffer)
    {
        lock (_lock)
        {
            ThrowIfOver();
            _hasTaken = true;
            var count = 0;
            while (count < buffer.Length)
            {
                var room = Math.Min(buffer.Length - count, Batch);
                var taken = (int)Librdkafka.ConsumeBatch(_queue, 0, _messages, (nuint)room);
                count += Read(taken, buffer[count..]);
                if (taken <= 0 || (taken < room && count > 0))
                {
                    break;
                }
            }

            return count;
        }
    }

    /// <summary>Whether taking tells that the member is at its end.</summary>
    public bool IsOver => Volatile.Read(ref _isClosed) || Volatile.Read(ref _fault) is not null;

    /// <summary>Waits until there may be something to take. For one waiter.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => _wake.WaitAsync(cancellationToken);

    /// <summary>Ends the wait.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends the member: the runner disposes it and opens another one.</summary>
    public void Fail(EventBusException fault)
    {
        lock (_lock)
        {
            _fault ??= fault;
        }

        Wake();
    }

    /// <summary>Has the records of partitions come here, from before they are assigned in the library on.</summary>
    public void Open(IEnumerable<KafkaAssignment> assignments)
    {
        lock (_lock)
        {
            foreach (var assignment in assignments)
            {
                // Held until the partition is closed, so that no other topic's object comes to stand at its address.
                assignment.TopicHandle = Librdkafka.NewTopic(_client.Handle, assignment.ClusterTopic, 0);
                _assignments[(assignment.TopicHandle, assignment.Partition)] = assignment;
                var queue = Librdkafka.PartitionQueue(_client.Handle, assignment.ClusterTopic, assignment.Partition);
                Librdkafka.Forward(queue, _queue);
                Librdkafka.DestroyQueue(queue);
            }
        }
    }

    /// <summary>Hands out nothing more of partitions.</summary>
    public void Stop(IEnumerable<KafkaAssignment> assignments)
    {
        lock (_lock)
        {
            foreach (var assignment in assignments)
            {
                assignment.IsEnding = true;
            }
        }
    }

    /// <summary>Forgets partitions, before they are given back in the library.</summary>
    public void Remove(IEnumerable<KafkaAssignment> assignments)
    {
        lock (_lock)
        {
            foreach (var assignment in assignments)
            {
                Pause(assignment, isPaused: false);
                _assignments.Remove((assignment.TopicHandle, assignment.Partition));
                Librdkafka.DestroyTopic(assignment.TopicHandle);
            }

            _last = null;
        }
    }

    /// <summary>Goes on at another place, under another assignment of the same partition.</summary>
    /// <exception cref="ClusterException">The partition could not be moved, and goes on where it was; nothing of it is handed out.</exception>
    public void Move(KafkaAssignment old, KafkaAssignment moved)
    {
        lock (_lock)
        {
            Pause(old, isPaused: false);
            using var list = new PartitionList(1);
            list.Add(moved.ClusterTopic, moved.Partition, moved.Next);
            KafkaErrors.Check(Librdkafka.Seek(_client.Handle, list.Pointer, MoveTimeoutMilliseconds));
            KafkaErrors.Check(list.Pointer->Elements[0].Error);
            moved.TopicHandle = old.TopicHandle;
            _assignments[(moved.TopicHandle, moved.Partition)] = moved;
            _last = null;
        }
    }

    /// <summary>Pauses a partition, or goes on with it. What has been fetched of it and not been taken is fetched again then.</summary>
    public void SetPaused(KafkaAssignment assignment, bool isPaused)
    {
        lock (_lock)
        {
            if (!_isClosed && !assignment.IsEnding)
            {
                Pause(assignment, isPaused);
            }
        }
    }

    /// <summary>Settles, in partitions of which everything is settled, what lies behind the last record, since something was taken last.</summary>
    public void SkipMarkers()
    {
        lock (_lock)
        {
            if (!_hasTaken)
            {
                return;
            }

            _hasTaken = false;
            KafkaAssignment[] resting = [.. _assignments.Values.Where(static assignment => !assignment.IsEnding && assignment.IsAtRest)];
            using var list = new PartitionList(resting.Length);
            Array.ForEach(resting, assignment => list.Add(assignment.ClusterTopic, assignment.Partition));
            if (Librdkafka.Position(_client.Handle, list.Pointer) == 0)
            {
                for (var i = 0; i < resting.Length; i++)
                {
                    resting[i].SkipTo(list.Pointer->Elements[i].Offset);
                }
            }
        }
    }

    /// <summary>Ends everything here, for good.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            Remove([.. _assignments.Values]);
            _isClosed = true;
            Librdkafka.NotifyOf(_queue, null, 0);
            _wakeHandle.Free();
            Librdkafka.DestroyQueue(_queue);
            NativeMemory.Free(_messages);
        }

        Wake();
    }

    [UnmanagedCallersOnly]
    private static void OnRecords(nint client, nint state) => ((WakeSignal)GCHandle.FromIntPtr(state).Target!).Set();

    private int Read(int taken, Span<ReceivedEvent> buffer)
    {
        var count = 0;
        try
        {
            for (var i = 0; i < taken; i++)
            {
                if (TryRead(_messages[i], out buffer[count]))
                {
                    count++;
                }
            }
        }
        finally
        {
            for (var i = 0; i < taken; i++)
            {
                Librdkafka.DestroyMessage(_messages[i]);
            }
        }

        return count;
    }

    private bool TryRead(NativeMessage* message, out ReceivedEvent received)
    {
        received = default;
        if (message->Error != 0)
        {
            Told(message);
            return false;
        }

        // What has been fetched before the partition was revoked or moved may come after that.
        if (!TryFind(message, out var assignment) || assignment.IsEnding || !assignment.Take(message->Offset))
        {
            return false;
        }

        if (!_records.TryRead(message, assignment.Topic, _request.Types, out var envelope))
        {
            assignment.Settle(message->Offset);
            return false;
        }

        assignment.IsHandedOut = true;
        received = new ReceivedEvent(assignment, new Offset((ulong)message->Offset), envelope);
        assignment.Failures.Apply(ref received);
        return true;
    }

    private bool TryFind(NativeMessage* message, [NotNullWhen(true)] out KafkaAssignment? assignment)
    {
        assignment = _last;
        if (assignment?.TopicHandle != message->Topic || assignment.Partition != message->Partition)
        {
            _assignments.TryGetValue((message->Topic, message->Partition), out assignment);
            _last = assignment;
        }

        return assignment is not null;
    }

    private void Told(NativeMessage* message)
    {
        var code = (ErrorCode)message->Error;
        if (code == ErrorCode.Local_PartitionEOF)
        {
            return;
        }

        var reason = KafkaErrors.Utf8((byte*)message->Value);
        var place = TryFind(message, out var assignment) ? $"{assignment.Topic}/{assignment.Partition}" : "a partition";
        if (ConsumerErrors.EndsMember(code))
        {
            throw _fault ??= ConsumerErrors.ToException(_request.Group, place, new ClusterError(code, reason));
        }

        _connection.Log.PartitionError(_request.Group, place, code, reason);
    }

    // Asked for what is paused already, the library would fetch everything again.
    private void Pause(KafkaAssignment assignment, bool isPaused)
    {
        if (assignment.IsPaused == isPaused)
        {
            return;
        }

        assignment.IsPaused = isPaused;
        using var list = new PartitionList(1);
        list.Add(assignment.ClusterTopic, assignment.Partition);
        _ = isPaused ? Librdkafka.Pause(_client.Handle, list.Pointer) : Librdkafka.Resume(_client.Handle, list.Pointer);
    }

    private void ThrowIfOver()
    {
        if (_isClosed)
        {
            throw new ObjectDisposedException(
                nameof(ITransportConsumer), $"The consumer '{_request.Member}' of group '{_request.Group}' has been disposed.");
        }

        if (_fault is not null)
        {
            throw _fault;
        }
    }
}
