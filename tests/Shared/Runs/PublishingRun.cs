using System.Collections.Concurrent;
using EventBus.Shared.Processes;

namespace EventBus.Shared.Runs;

/// <summary>
/// Publishes the events of each key in their order until it is ended. Where publishing fails it is tried again from the first one that is not known to be
/// stored, as a caller does that must not lose an event: some may then be stored twice.
/// </summary>
internal sealed class PublishingRun
{
    private const int Keys = 8;

    // A run is to last, not to be large.
    private static readonly TimeSpan s_pausePerEvent = TimeSpan.FromMilliseconds(2);
    private readonly IEventPublisher _publisher;
    private readonly int _atOnce;
    private readonly bool _mayBeRefused;
    private readonly ConcurrentQueue<Counted> _stored = [];
    private readonly ConcurrentQueue<PublishException> _failures = [];
    private readonly ConcurrentDictionary<Counted, byte> _mayOvertake = [];
    private readonly Task _loops;
    private volatile bool _isOver;

    /// <param name="bus">Publishes.</param>
    /// <param name="atOnce">How many events of a key are published in one call.</param>
    /// <param name="mayBeRefused">Whether it goes on after a failure that is no outage; else that is its end.</param>
    public PublishingRun(RunBus bus, int atOnce = 1, bool mayBeRefused = false)
    {
        _publisher = bus.Publisher;
        _atOnce = atOnce;
        _mayBeRefused = mayBeRefused;
        _loops = Task.WhenAll(Enumerable.Range(0, Keys).Select(key => Task.Run(() => RunAsync($"key-{key}"))));
    }

    /// <summary>What is known to be stored.</summary>
    public IReadOnlyCollection<Counted> Stored => _stored;

    public IReadOnlyCollection<PublishException> Failures => _failures;

    /// <summary>
    /// What stood in a call behind an event that failed. All of the call was on its way, and a broker that refuses one request stores the next, so that
    /// these may have been stored before the failed one is published again.
    /// </summary>
    public IReadOnlySet<Counted> MayOvertake => _mayOvertake.Keys.ToHashSet();

    /// <summary>Waits until so many more are stored.</summary>
    public Task MoreAsync(int count)
    {
        var goal = _stored.Count + count;
        return Eventually.TrueAsync(
            () => _stored.Count >= goal || _loops.IsFaulted,
            () => $"{goal} events to be stored; {_stored.Count} were. Last failure: {_failures.LastOrDefault()}");
    }

    /// <summary>Publishes no more.</summary>
    public Task EndAsync()
    {
        _isOver = true;
        return _loops.WaitAsync(Scale.Deadline, TimeProvider.System);
    }

    private async Task RunAsync(string key)
    {
        for (var number = 0; !_isOver;)
        {
            var batch = Enumerable.Range(number, _atOnce).Select(next => new Counted(key, next)).ToArray();
            var stored = batch.Length;
            try
            {
                await PublishAsync(batch);
            }
            catch (PublishException exception) when (_mayBeRefused || exception.IsOutage)
            {
                _failures.Enqueue(exception);
                stored = exception.Stored;
                foreach (var later in batch.Skip(stored + 1))
                {
                    _mayOvertake[later] = 0;
                }
            }

            foreach (var counted in batch.Take(stored))
            {
                _stored.Enqueue(counted);
            }

            number += stored;
            await Task.Delay(s_pausePerEvent * _atOnce, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    // One event goes the way of one event, as most callers have it.
    private async Task PublishAsync(Counted[] events)
    {
        if (events is [var single])
        {
            await _publisher.PublishAsync(single, TestContext.Current.CancellationToken);
        }
        else
        {
            await _publisher.PublishBatchAsync(events, TestContext.Current.CancellationToken);
        }
    }
}
