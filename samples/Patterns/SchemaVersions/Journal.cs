using System.Collections.Concurrent;
using EventBus;

namespace SchemaVersions;

/// <summary>What each consumer was handed.</summary>
internal sealed class Journal
{
    private readonly ConcurrentQueue<Entry> _entries = [];

    public ValueTask NoteAsync(string consumer, object payment, EventContext context)
    {
        _entries.Enqueue(new Entry(consumer, context.Key!, context.Envelope.Metadata.Version, payment));
        return ValueTask.CompletedTask;
    }

    public IReadOnlyList<Entry> Of(string consumer) =>
        [.. _entries.Where(entry => entry.Consumer == consumer).OrderBy(entry => entry.PaymentId, StringComparer.Ordinal)];

    /// <param name="Consumer">Who handled it.</param>
    /// <param name="PaymentId">Which payment.</param>
    /// <param name="Published">The version that it was published as.</param>
    /// <param name="Payment">What the handler was given.</param>
    public sealed record Entry(string Consumer, string PaymentId, int Published, object Payment);
}
