namespace EventBus.Kafka.Connections;

/// <summary>
/// Knows what a client has told lately. While its brokers are away it says the same many times a second, which is worth a line a minute. For the thread that
/// serves the client's queue.
/// </summary>
internal sealed class ToldErrors(TimeProvider time)
{
    private const int MostTexts = 100;
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(string Kind, string Whence), long> _told = [];

    /// <summary>Whether nothing of the kind has been told of the same broker within the last minute.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="whence">What its text begins with: the broker or the thread that it comes from.</param>
    public bool IsNews(string kind, string whence)
    {
        var now = time.GetTimestamp();
        if (_told.TryGetValue((kind, whence), out var last) && time.GetElapsedTime(last, now) < s_pause)
        {
            return false;
        }

        if (_told.Count >= MostTexts)
        {
            _told.Clear();
        }

        _told[(kind, whence)] = now;
        return true;
    }
}
