using System.Threading.Tasks.Sources;
using Confluent.Kafka;

namespace EventBus.Kafka.Publishing;

/// <summary>A call that publishes one event. Used again for others.</summary>
/// <remarks>
/// Up to three hold on to it: the caller until it has taken the result, the library until it has reported, the token's registration until it is gone. Whoever
/// lets go last gives it back. The first of report, token and failure ends the call; the others find it ended. A call whose result nobody takes is
/// left to the garbage collector.
/// </remarks>
internal sealed class PendingAppend(KafkaPublisher publisher, ReportTable reports)
    : PendingCall(publisher), IValueTaskSource<Position>, IThreadPoolWorkItem
{
    private const int AnyPartition = -1;
    private static readonly Action<object?> s_cancel = static state => ((PendingAppend)state!).Cancel();
    private ManualResetValueTaskSourceCore<Position> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private Envelope _envelope;
    private Position _position;
    private Exception? _failure;
    private int _place;
    private int _holders;
    private int _isEnded;

    /// <summary>Begins a call: handed over at once where that can be, else it joins those that wait.</summary>
    public ValueTask<Position> Begin(PublishTopic topic, in Envelope envelope, CancellationToken cancellationToken)
    {
        // The caller's, the library's, and perhaps the token's.
        _holders = cancellationToken.CanBeCanceled ? 3 : 2;
        _isEnded = 0;
        Topic = topic;
        _place = reports.Add(this);
        if (cancellationToken.CanBeCanceled)
        {
            _token = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(s_cancel, this);
        }

        var result = new ValueTask<Position>(this, _core.Version);
        if (!Publisher.MayHandOver(topic) || !TryHandOver(in envelope))
        {
            _envelope = envelope;
            Started = Publisher.Now;
            Publisher.Wait(this);
        }

        return result;
    }

    public override bool TryHandOver()
    {
        if (Volatile.Read(ref _isEnded) == 0)
        {
            return TryHandOver(in _envelope);
        }

        LetGoOfLibrary();
        return true;
    }

    public override void GiveUp(PublishFailure failure)
    {
        End(default, failure.ToException(Topic.Name));
        LetGoOfLibrary();
    }

    public override void Take(int number, in Report report)
    {
        if (report.Code == ErrorCode.NoError)
        {
            End(new Position(Topic.Name, report.Partition, report.Place), null);
        }
        else
        {
            Publisher.Learn(Topic, report.Code);
            End(default, PublishFailure.Of(in report).ToException(Topic.Name));
        }

        LetGoOfLibrary();
    }

    // On a thread of the pool, for the caller's code runs in it.
    void IThreadPoolWorkItem.Execute()
    {
        if (_failure is { } failure)
        {
            _core.SetException(failure);
        }
        else
        {
            _core.SetResult(_position);
        }
    }

    Position IValueTaskSource<Position>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            LetGo();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Position>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Position>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool TryHandOver(in Envelope envelope)
    {
        ErrorCode code;
        try
        {
            code = Publisher.Produce(Topic, AnyPartition, in envelope, ReportTable.StateOf(_place, 0));
        }
        catch (Exception exception)
        {
            // The application's serializer can throw anything.
            End(default, exception);
            LetGoOfLibrary();
            return true;
        }

        if (KafkaPublisher.IsForLater(code))
        {
            return false;
        }

        if (code != ErrorCode.NoError)
        {
            GiveUp(PublishFailure.Of(Report.NotTaken(code)));
        }

        return true;
    }

    private void Cancel()
    {
        End(default, new OperationCanceledException(_token), isByToken: true);
        LetGo();
    }

    private void End(Position position, Exception? failure, bool isByToken = false)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            return;
        }

        _position = position;
        _failure = failure;

        // Where there is one that cannot be taken back, its callback runs or will: it lets go by itself.
        if (!isByToken && _registration.Unregister())
        {
            LetGo();
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void LetGoOfLibrary()
    {
        reports.Remove(_place);
        LetGo();
    }

    private void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _core.Reset();
            _envelope = default;
            _registration = default;
            _token = default;
            _position = default;
            _failure = null;
            Publisher.Return(this);
        }
    }
}
