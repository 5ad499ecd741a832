using EventBus.Kafka.Connections;

namespace EventBus.Kafka.Reading;

/// <summary>Lends clients to those who read, since a client takes some milliseconds and several threads to make. Those that idle are closed.</summary>
/// <remarks>Those who follow a topic read for long: they have a client made, and closed behind them.</remarks>
internal sealed class ReaderPool : IAsyncDisposable
{
    private static readonly TimeSpan s_longestIdle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly KafkaConnection _connection;
    private readonly List<ReaderClient> _free = [];
    private readonly ITimer _timer;
    private bool _isDisposed;

    public ReaderPool(KafkaConnection connection)
    {
        _connection = connection;
        _timer = connection.Time.CreateTimer(
            static self => ((ReaderPool)self!).CloseIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ReaderClient Rent(bool isFollowing)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_free.Count > 0 && !isFollowing)
            {
                var last = _free[^1];
                _free.RemoveAt(_free.Count - 1);
                return last;
            }
        }

        return new ReaderClient(_connection, isFollowing);
    }

    /// <summary>Takes a client back, with nothing being read any more.</summary>
    public void Return(ReaderClient reader)
    {
        reader.FreeSince = _connection.Time.GetTimestamp();
        lock (_lock)
        {
            if (!_isDisposed && !reader.IsFollowing)
            {
                _free.Add(reader);
                _timer.Change(s_period, s_period);
                return;
            }
        }

        _ = reader.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        ReaderClient[] free;
        lock (_lock)
        {
            _isDisposed = true;
            free = [.. _free];
            _free.Clear();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(free.Select(static reader => reader.CloseAsync())).ConfigureAwait(false);
    }

    private void CloseIdle()
    {
        List<ReaderClient> idle;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            idle = _free.FindAll(reader => _connection.Time.GetElapsedTime(reader.FreeSince) > s_longestIdle);
            _free.RemoveAll(idle.Contains);
            if (_free.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        idle.ForEach(static reader => _ = reader.CloseAsync());
    }
}
