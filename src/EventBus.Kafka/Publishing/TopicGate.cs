using EventBus.Kafka.Connections;
using EventBus.Kafka.Topics;

namespace EventBus.Kafka.Publishing;

/// <summary>Where calls wait until their topic is known to be there; then they join the line. Asks for each topic until it has an answer.</summary>
internal sealed class TopicGate(KafkaConnection connection, TopicDirectory topics, WaitingLine line)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly HashSet<PublishTopic> _asked = [];
    private PublishFailure? _closed;

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _asked.Count == 0;
            }
        }
    }

    /// <summary>Has a call wait for its topic or, where that is there, for room.</summary>
    public void Add(PendingCall call)
    {
        var topic = call.Topic;
        lock (_lock)
        {
            if (topic.IsReady)
            {
                // Under the lock, so that none of those that waited for the topic comes behind it.
                line.Add(call);
                return;
            }

            if (_closed is null)
            {
                topic.Waiting.Enqueue(call);
                if (!_asked.Add(topic))
                {
                    return;
                }
            }
        }

        if (_closed is { } closed)
        {
            call.GiveUp(closed);
        }
        else
        {
            _ = AskAsync(topic);
        }
    }

    /// <summary>Ends the calls that have waited for too long.</summary>
    public void Expire()
    {
        PublishTopic[] asked;
        lock (_lock)
        {
            asked = [.. _asked];
        }

        foreach (var topic in asked)
        {
            GiveUp(topic, topic.Failure ?? PublishFailure.NoAnswer(connection), onlyOverdue: true);
        }
    }

    /// <summary>Ends all that wait, and from now on all that come.</summary>
    public void Close(PublishFailure failure)
    {
        PublishTopic[] asked;
        lock (_lock)
        {
            _closed = failure;
            asked = [.. _asked];
        }

        foreach (var topic in asked)
        {
            GiveUp(topic, failure, onlyOverdue: false);
        }
    }

    private async Task AskAsync(PublishTopic topic)
    {
        for (var pause = s_firstPause; ; pause = pause * 2 > s_longestPause ? s_longestPause : pause * 2)
        {
            try
            {
                await topics.GetPartitionsAsync(topic.Name, CancellationToken.None).ConfigureAwait(false);
                Open(topic);
                return;
            }
            catch (EventBusException exception) when (ClusterErrors.IsOutage(exception))
            {
                topic.Failure = PublishFailure.NoTopic(exception, isOutage: true);
            }
            catch (Exception exception)
            {
                // Nobody awaits this: whatever it is, the calls get it.
                End(topic, PublishFailure.NoTopic(exception, isOutage: false));
                return;
            }

            GiveUp(topic, topic.Failure, onlyOverdue: true);
            if (IsNotWaitedFor(topic))
            {
                return;
            }

            await Task.Delay(pause, connection.Time).ConfigureAwait(false);
        }
    }

    private void Open(PublishTopic topic)
    {
        lock (_lock)
        {
            topic.Failure = null;
            topic.IsReady = true;
            _asked.Remove(topic);
            while (topic.Waiting.TryDequeue(out var call))
            {
                line.Add(call);
            }
        }
    }

    private void End(PublishTopic topic, PublishFailure failure)
    {
        lock (_lock)
        {
            _asked.Remove(topic);
        }

        GiveUp(topic, failure, onlyOverdue: false);
    }

    private bool IsNotWaitedFor(PublishTopic topic)
    {
        lock (_lock)
        {
            return topic.Waiting.Count == 0 && _asked.Remove(topic);
        }
    }

    // Outside of the lock: a batch that ends may take its time.
    private void GiveUp(PublishTopic topic, PublishFailure failure, bool onlyOverdue)
    {
        while (true)
        {
            PendingCall? call;
            lock (_lock)
            {
                if (!topic.Waiting.TryPeek(out call) || (onlyOverdue && !call.IsOverdue))
                {
                    return;
                }

                topic.Waiting.Dequeue();
            }

            call.GiveUp(failure);
        }
    }
}
