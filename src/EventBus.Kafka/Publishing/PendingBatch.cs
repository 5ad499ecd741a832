using System.Buffers;
using System.Threading.Tasks.Sources;
using Confluent.Kafka;

namespace EventBus.Kafka.Publishing;

/// <summary>A call that publishes several events to one topic. Handed over as far as there is room, then again when there is more.</summary>
/// <remarks>
/// The caller may take its events back as soon as the call has ended, which the token can bring about while some are on their way. So the token ends the
/// call only while nobody hands over, else whoever does so ends it; and reports go to arrays of the batch's own until the last has come.
/// </remarks>
internal sealed class PendingBatch : PendingCall, IValueTaskSource, IThreadPoolWorkItem
{
    private const int AnyPartition = -1;
    private const int NotKnown = -1;
    private readonly ReportTable _reports;
    private readonly int _place;
    private readonly ReadOnlyMemory<Envelope> _envelopes;
    private readonly Memory<Position> _positions;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _registration;
    private readonly int[] _partitions;
    private readonly Offset[] _offsets;
    private readonly Lock _failing = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private PublishFailure? _failure;
    private int _failedAt = int.MaxValue;
    private int _next;
    private int _unkeyed;
    private int _reported;

    // How many events are handed over in all, once no more will be.
    private int _limit = NotKnown;
    private Phase _phase;
    private int _isEnded;
    private int _isReported;
    private bool _isByToken;

    /// <param name="publisher">The publisher.</param>
    /// <param name="reports">Where the batch has its place.</param>
    /// <param name="topic">Where the events go.</param>
    /// <param name="envelopes">The events; not read any more when the call has ended.</param>
    /// <param name="positions">Filled when all are stored.</param>
    /// <param name="token">Ends the call.</param>
    public PendingBatch(
        KafkaPublisher publisher, ReportTable reports, PublishTopic topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions,
        CancellationToken token)
        : base(publisher)
    {
        Topic = topic;
        Started = publisher.Now;
        _envelopes = envelopes;
        _positions = positions;
        _token = token;
        _partitions = ArrayPool<int>.Shared.Rent(envelopes.Length);
        _offsets = ArrayPool<Offset>.Shared.Rent(envelopes.Length);
        _reports = reports;
        _place = reports.Add(this);
        _registration = token.UnsafeRegister(static state => ((PendingBatch)state!).TryEndByToken(), this);
    }

    private enum Phase
    {
        Idle,
        HandsOver,
        Over,
    }

    public ValueTask Task => new(this, _core.Version);

    public override bool TryHandOver()
    {
        if (Interlocked.CompareExchange(ref _phase, Phase.HandsOver, Phase.Idle) != Phase.Idle)
        {
            return true;
        }

        var isOver = HandOver(out var failure);
        if (isOver)
        {
            Close(failure);
        }

        Interlocked.Exchange(ref _phase, isOver ? Phase.Over : Phase.Idle);

        // The token may have fired while this thread was at it.
        return (_token.IsCancellationRequested && TryEndByToken()) || isOver;
    }

    public override void GiveUp(PublishFailure failure)
    {
        if (Interlocked.CompareExchange(ref _phase, Phase.Over, Phase.Idle) == Phase.Idle)
        {
            Close(failure);
        }
    }

    public override void Take(int number, in Report report)
    {
        if (report.Code == ErrorCode.NoError)
        {
            _partitions[number] = report.Partition;
            _offsets[number] = report.Place;
        }
        else
        {
            Publisher.Learn(Topic, report.Code);
            Fail(number, PublishFailure.Of(in report));
        }

        if (Interlocked.Increment(ref _reported) == Volatile.Read(ref _limit))
        {
            EndReported();
        }
    }

    // On a thread of the pool, for the caller's code runs in it.
    void IThreadPoolWorkItem.Execute()
    {
        if (_isByToken)
        {
            _core.SetException(new OperationCanceledException(_token));
            return;
        }

        if (_failure is null)
        {
            for (var i = 0; i < _envelopes.Length; i++)
            {
                _positions.Span[i] = new Position(Topic.Name, _partitions[i], _offsets[i]);
            }
        }

        ReturnArrays();
        if (_failure is null)
        {
            _core.SetResult(true);
        }
        else
        {
            _core.SetException(_failure.ToException(Topic.Name, _failedAt));
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    // Whether the hand-over is over: all are handed over, or one failed.
    private bool HandOver(out PublishFailure? failure)
    {
        failure = null;
        var envelopes = _envelopes.Span;
        _unkeyed = _next == 0 ? Publisher.NextUnkeyed(Topic) : _unkeyed;
        for (; _next < envelopes.Length && !_token.IsCancellationRequested; _next++)
        {
            ref readonly var envelope = ref envelopes[_next];
            ErrorCode code;
            try
            {
                code = Publisher.Produce(
                    Topic, envelope.Key is null ? _unkeyed : AnyPartition, in envelope, ReportTable.StateOf(_place, _next));
            }
            catch (Exception exception)
            {
                // The application's serializer can throw anything.
                failure = PublishFailure.NotSerialized(exception);
                return true;
            }

            if (code != ErrorCode.NoError)
            {
                failure = KafkaPublisher.IsForLater(code) ? null : PublishFailure.Of(Report.NotTaken(code));
                return failure is not null;
            }
        }

        return _next == envelopes.Length;
    }

    private bool TryEndByToken()
    {
        var before = Interlocked.CompareExchange(ref _phase, Phase.Over, Phase.Idle);
        if (before == Phase.HandsOver)
        {
            return false;
        }

        // Before the last report can end it as if all were stored.
        TryEnd(isByToken: true);
        if (before == Phase.Idle)
        {
            Close(failure: null);
        }

        return true;
    }

    // Nothing more is handed over: the report of the last one that was ends the call, if all are not there already.
    private void Close(PublishFailure? failure)
    {
        if (failure is not null)
        {
            Fail(_next, failure);
        }

        Interlocked.Exchange(ref _limit, _next);
        if (Volatile.Read(ref _reported) == _next)
        {
            EndReported();
        }
    }

    private void Fail(int number, PublishFailure failure)
    {
        lock (_failing)
        {
            if (number < _failedAt)
            {
                _failedAt = number;
                _failure = failure;
            }
        }
    }

    private void EndReported()
    {
        if (Interlocked.Exchange(ref _isReported, 1) != 0)
        {
            return;
        }

        _reports.Remove(_place);
        if (!TryEnd(isByToken: false))
        {
            ReturnArrays();
        }
    }

    private bool TryEnd(bool isByToken)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            return false;
        }

        _isByToken = isByToken;
        if (!isByToken)
        {
            _registration.Unregister();
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    private void ReturnArrays()
    {
        ArrayPool<int>.Shared.Return(_partitions);
        ArrayPool<Offset>.Shared.Return(_offsets);
    }
}
