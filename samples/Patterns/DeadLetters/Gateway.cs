using System.Collections.Concurrent;
using EventBus;

namespace DeadLettersSample;

/// <summary>A mail gateway with moods.</summary>
internal sealed class Gateway
{
    private const int BusyAttempts = 2;
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _delivered = new(StringComparer.Ordinal);

    public void Send(NotificationRequested notification)
    {
        var attempt = _attempts.AddOrUpdate(notification.Id, 1, static (_, count) => count + 1);
        if (notification.Text == "FREE MONEY")
        {
            throw new DoNotRetryException("The gateway refuses this text, and will always.");
        }

        if (!notification.Address.Contains('@', StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The gateway does not know '{notification.Address}'.");
        }

        if (notification.Id == "n-1" && attempt <= BusyAttempts)
        {
            throw new TimeoutException("The gateway is busy.");
        }

        _delivered[notification.Id] = notification.Address;
    }

    public bool Delivered(string id) => _delivered.ContainsKey(id);

    public string? AddressOf(string id) => _delivered.GetValueOrDefault(id);

    public int AttemptsOf(string id) => _attempts.GetValueOrDefault(id);
}
