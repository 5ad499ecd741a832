using System.Diagnostics;
using EventBus.Diagnostics;

namespace EventBus.Publishing;

/// <summary>One call that publishes, from its start to its end, for its span, its metrics and the health check.</summary>
internal sealed class ObservedSend : IDisposable
{
    private readonly BusMeter _meter;
    private readonly TimeProvider _time;
    private readonly string _system;
    private readonly string[] _topics;
    private readonly string? _topic;
    private readonly Activity? _span;
    private readonly long _started;
    private Exception? _failure;

    /// <param name="meter">The bus's instruments.</param>
    /// <param name="time">The clock.</param>
    /// <param name="system">The transport's name.</param>
    /// <param name="topics">The topic of each event.</param>
    /// <param name="isBatch">Whether they were published as a batch, of however many.</param>
    public ObservedSend(BusMeter meter, TimeProvider time, string system, string[] topics, bool isBatch)
    {
        (_meter, _time, _system, _topics) = (meter, time, system, topics);
        _topic = Array.TrueForAll(topics, topic => string.Equals(topic, topics[0], StringComparison.Ordinal)) ? topics[0] : null;
        _span = Spans.StartSend(system, _topic);
        if (isBatch)
        {
            _span?.SetTag(EventBusTelemetry.BatchCountTag, topics.Length);
        }

        _started = time.GetTimestamp();
    }

    /// <summary>Says which event it is, where it is a single one.</summary>
    public void Is(EventIdentity id, string type)
    {
        if (_span is { IsAllDataRequested: true })
        {
            _span.SetTag(EventBusTelemetry.MessageIdTag, id.ToString(null, null)).SetTag(EventBusTelemetry.EventTypeTag, type);
        }
    }

    /// <summary>Says where it went; less than 0 where that is not known yet.</summary>
    public void StoredAt(int partition)
    {
        if (partition >= 0)
        {
            _span?.SetTag(EventBusTelemetry.PartitionTag, Spans.Text(partition));
        }
    }

    public void Failed(Exception failure) => _failure = failure;

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        var duration = _time.GetElapsedTime(_started);
        var tags = new TagList { { EventBusTelemetry.SystemTag, _system }, { EventBusTelemetry.OperationNameTag, Operations.Send } };
        Count(tags);
        if (_topic is not null)
        {
            tags.Add(EventBusTelemetry.DestinationTag, _topic);
        }

        if (_failure is not null)
        {
            Spans.Fail(_span, _failure);
            tags.Add(EventBusTelemetry.ErrorTypeTag, _failure.GetType().FullName);
        }

        _meter.OperationDuration.Record(duration.TotalSeconds, tags);
        _meter.Publishing.Ended(_failure);
        _span?.Dispose();
    }

    // Of a batch that failed, the first so many may have been stored.
    private void Count(TagList tags)
    {
        if (!_meter.Sent.Enabled)
        {
            return;
        }

        var stored = _failure is null ? _topics.Length : (_failure as PublishException)?.Stored ?? 0;
        Count(_topics.Take(stored), tags, failure: null);
        Count(_topics.Skip(stored), tags, _failure);
    }

    private void Count(IEnumerable<string> topics, TagList tags, Exception? failure)
    {
        foreach (var (topic, count) in topics.CountBy(static topic => topic, StringComparer.Ordinal))
        {
            var all = tags;
            all.Add(EventBusTelemetry.DestinationTag, topic);
            if (failure is not null)
            {
                all.Add(EventBusTelemetry.ErrorTypeTag, failure.GetType().FullName);
            }

            _meter.Sent.Add(count, all);
        }
    }
}
