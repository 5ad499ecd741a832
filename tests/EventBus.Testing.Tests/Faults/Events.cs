using EventBus.Transports;

namespace EventBus.Testing.Tests.Faults;

internal static class Events
{
    private static readonly EventMetadata Metadata = new() { Type = "test", Source = "/test" };

    /// <summary>An envelope with a number for its data.</summary>
    public static Envelope Keyed(int number, string key) => new(
        Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), TimeProvider.System.GetUtcNow(), Metadata, new[] { (byte)number }, key);

    public static ConsumerRequest Request() => new() { Group = "g", Topics = ["t"], Member = "m" };

    public static async Task<List<LogEntry>> ReadAsync(IEventTransport transport)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in transport.ReadAsync("t", SeekTarget.Earliest, follow: false, TestContext.Current.CancellationToken))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
