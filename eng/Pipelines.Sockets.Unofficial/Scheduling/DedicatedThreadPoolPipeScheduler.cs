using System.Diagnostics;
using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Runs a pipe's callbacks on threads of its own, so that they make progress while the application keeps the shared thread
/// pool busy. When too many wait, further ones overflow to the shared pool; so does everything after disposal.
/// </summary>
public sealed class DedicatedThreadPoolPipeScheduler : PipeScheduler, IDisposable
{
    private readonly Queue<WorkItem> _waiting = new();
    private readonly int _overflowLength;
    private int _idle;
    private bool _disposed;
    private long _servicedByQueue;
    private long _servicedByPool;

    /// <summary>Starts the threads.</summary>
    /// <param name="name">What the threads are called.</param>
    /// <param name="workerCount">How many threads there are.</param>
    /// <param name="useThreadPoolQueueLength">With this many callbacks waiting, the next go to the shared pool.</param>
    /// <param name="priority">The threads' priority.</param>
    public DedicatedThreadPoolPipeScheduler(
        string? name = null,
        int workerCount = 5,
        int useThreadPoolQueueLength = 10,
        ThreadPriority priority = ThreadPriority.Normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workerCount);
        ArgumentOutOfRangeException.ThrowIfNegative(useThreadPoolQueueLength);
        Name = string.IsNullOrWhiteSpace(name) ? nameof(DedicatedThreadPoolPipeScheduler) : name.Trim();
        WorkerCount = workerCount;
        _overflowLength = useThreadPoolQueueLength;
        for (var i = 0; i < workerCount; i++)
        {
            new Thread(Work) { IsBackground = true, Name = Name, Priority = priority }.UnsafeStart();
        }
    }

    /// <summary>What the threads are called.</summary>
    public string Name { get; }

    /// <summary>How many threads there are.</summary>
    public int WorkerCount { get; }

    /// <summary>How many threads wait for work.</summary>
    public int AvailableCount => Volatile.Read(ref _idle);

    /// <summary>How many callbacks the threads have run.</summary>
    public long TotalServicedByQueue => Volatile.Read(ref _servicedByQueue);

    /// <summary>How many callbacks were left to the shared pool.</summary>
    public long TotalServicedByPool => Volatile.Read(ref _servicedByPool);

    /// <inheritdoc />
    public override void Schedule(Action<object?> action, object? state)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_waiting)
        {
            if (!_disposed && _waiting.Count < _overflowLength)
            {
                _waiting.Enqueue(new WorkItem(action, state));
                if (_idle > 0)
                {
                    Monitor.Pulse(_waiting);
                }

                return;
            }
        }

        Interlocked.Increment(ref _servicedByPool);
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
    }

    /// <summary>Lets the threads end once they have run what waits.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _disposed = true;
            Monitor.PulseAll(_waiting);
        }
    }

    private void Work()
    {
        while (TryTake(out var item))
        {
            try
            {
                item.Action(item.State);
            }
            catch (Exception failure)
            {
                // The callbacks of every connection share these threads: one that throws must not end a thread for all.
                Trace.TraceError("{0}: a callback failed: {1}", Name, failure);
            }
        }
    }

    private bool TryTake(out WorkItem item)
    {
        lock (_waiting)
        {
            while (!_waiting.TryDequeue(out item))
            {
                if (_disposed)
                {
                    return false;
                }

                _idle++;
                Monitor.Wait(_waiting);
                _idle--;
            }

            _servicedByQueue++;
            return true;
        }
    }

    private readonly record struct WorkItem(Action<object?> Action, object? State);
}
