using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Socket arguments that can be awaited, one operation after the other. The caller starts an operation; where the socket
/// says that it completed at once, the caller calls <see cref="Complete"/>. Then it awaits.
/// </summary>
public class SocketAwaitableEventArgs : SocketAsyncEventArgs, ICriticalNotifyCompletion
{
    private static readonly Action CompletedMarker = static () => { };
    private static readonly Action<object?> RunContinuation = static state => ((Action)state!)();

    private readonly PipeScheduler _scheduler;
    private Action? _continuation;
    private int _abortedWith;

    /// <summary>Creates the arguments.</summary>
    /// <param name="ioScheduler">Where awaiting code goes on after a completion; null is the completing thread itself.</param>
    public SocketAwaitableEventArgs(PipeScheduler? ioScheduler = null)
        : base(true)
    {
        _scheduler = ioScheduler ?? PipeScheduler.Inline;
    }

    /// <summary>Whether the operation has ended.</summary>
    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), CompletedMarker);

    /// <summary>The arguments are their own awaiter.</summary>
    public SocketAwaitableEventArgs GetAwaiter() => this;

    /// <summary>Takes the result and makes ready for the next operation.</summary>
    /// <returns>The number of bytes transferred.</returns>
    /// <exception cref="SocketException">The operation failed or was aborted.</exception>
    public int GetResult()
    {
        var error = TakeResult(out var bytes);
        return error == SocketError.Success ? bytes : throw new SocketException((int)error);
    }

    /// <summary>Ends the operation, whatever the socket does with it later. Aborted arguments stay aborted.</summary>
    public void Abort(SocketError error = SocketError.OperationAborted)
    {
        if (error == SocketError.Success)
        {
            throw new ArgumentException("An operation cannot be aborted with success.", nameof(error));
        }

        Interlocked.CompareExchange(ref _abortedWith, (int)error, (int)SocketError.Success);
        Complete();
    }

    /// <summary>Marks the operation as ended and lets the awaiting code go on.</summary>
    public void Complete()
    {
        var continuation = Interlocked.Exchange(ref _continuation, CompletedMarker);
        if (continuation is null || ReferenceEquals(continuation, CompletedMarker))
        {
            return;
        }

        if (ReferenceEquals(_scheduler, PipeScheduler.Inline))
        {
            continuation();
        }
        else
        {
            _scheduler.Schedule(RunContinuation, continuation);
        }
    }

    /// <inheritdoc />
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc />
    public void UnsafeOnCompleted(Action continuation)
    {
        var earlier = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (ReferenceEquals(earlier, CompletedMarker))
        {
            // It ended between the awaiter's look and this call. The marker stays for GetResult. A fresh stack, because a
            // long run of such near misses would otherwise deepen this one.
            ThreadPool.UnsafeQueueUserWorkItem(RunContinuation, continuation, preferLocal: true);
        }
        else if (earlier is not null)
        {
            throw new InvalidOperationException("Only one caller can await the operation.");
        }
    }

    /// <summary>As <see cref="GetResult"/>, but tells the error instead of throwing it.</summary>
    internal SocketError TakeResult(out int bytesTransferred)
    {
        Volatile.Write(ref _continuation, null);
        bytesTransferred = BytesTransferred;
        var aborted = (SocketError)Volatile.Read(ref _abortedWith);
        return aborted == SocketError.Success ? SocketError : aborted;
    }

    /// <inheritdoc />
    protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();
}
