using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Reading;
using EventBus.Kafka.Topics;

namespace EventBus.Kafka.Groups;

/// <summary>Reads the wishes of those who seek onto the <see cref="SeekBoard"/>, from the first member that is opened on.</summary>
internal sealed class SeekFeed(KafkaConnection connection, TopicDirectory topics, LogReader reader, SeekBoard board) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _reading;

    public void Start()
    {
        lock (_lock)
        {
            _reading ??= Task.Run(ReadAsync, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task? reading;
        lock (_lock)
        {
            reading = _reading ??= Task.CompletedTask;
        }

        await reading.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        for (var isTold = false; !_stop.IsCancellationRequested;)
        {
            try
            {
                await topics.GetPartitionsAsync(SeekWish.Log, _stop.Token).ConfigureAwait(false);
                await foreach (var entry in reader.ReadAsync(SeekWish.Log, SeekTarget.Earliest, follow: true, _stop.Token).ConfigureAwait(false))
                {
                    isTold = false;
                    if (SeekWish.Read(entry) is { } wish)
                    {
                        board.Add(wish);
                    }
                }
            }
            catch (Exception exception) when (exception is ObjectDisposedException || _stop.IsCancellationRequested)
            {
                // The transport is being disposed, which its readers know before this one is told.
                return;
            }
            catch (Exception exception)
            {
                if (!isTold)
                {
                    isTold = true;
                    connection.Log.WishesNotRead(exception, SeekWish.Log);
                }

                await Task.Delay(s_pause, connection.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
