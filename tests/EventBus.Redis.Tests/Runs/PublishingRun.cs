using System.Collections.Concurrent;
using EventBus.Redis.TestProcess;

namespace EventBus.Redis.Tests.Runs;

/// <summary>
/// Publishes, one event after the other of each key, until it is ended. Where publishing fails because the server is away it is tried again, as a caller
/// does that must not lose the event: it may then be stored twice.
/// </summary>
internal sealed class PublishingRun
{
    private const int Keys = 8;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);
    private readonly IEventPublisher _publisher;
    private readonly ConcurrentQueue<Counted> _stored = [];
    private readonly ConcurrentQueue<PublishException> _failures = [];
    private readonly Task _loops;
    private volatile bool _isOver;

    public PublishingRun(RunBus bus)
    {
        _publisher = bus.Publisher;
        _loops = Task.WhenAll(Enumerable.Range(0, Keys).Select(key => Task.Run(() => RunAsync($"key-{key}"))));
    }

    /// <summary>What is known to be stored.</summary>
    public IReadOnlyCollection<Counted> Stored => _stored;

    public IReadOnlyCollection<PublishException> Failures => _failures;

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
            try
            {
                await _publisher.PublishAsync(new Counted(key, number), TestContext.Current.CancellationToken);
                _stored.Enqueue(new Counted(key, number));
                number++;

                // A run is to last, not to be large.
                await Task.Delay(s_pause, TimeProvider.System, TestContext.Current.CancellationToken);
            }
            catch (PublishException exception) when (exception.IsOutage)
            {
                _failures.Enqueue(exception);
            }
        }
    }
}
