using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EventBus.Kafka.Native;

/// <summary>A producer or a consumer of the library's. Everything that it tells comes out of its queue; it calls nothing back.</summary>
internal sealed unsafe class KafkaClient : SafeHandle
{
    private const int ErrorLength = 512;
    private const int NoConsumerClose = 0x8;

    private readonly ConcurrentDictionary<string, nint> _topics = new(StringComparer.Ordinal);

    private KafkaClient(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>The client for calls; the caller sees to it that it is not disposed meanwhile.</summary>
    public nint Handle => handle;

    /// <summary>Makes a client.</summary>
    /// <param name="isConsumer">A consumer, else a producer.</param>
    /// <param name="properties">Its settings under the library's names.</param>
    /// <param name="events">What it tells in its queue.</param>
    /// <exception cref="EventBusException">A setting is not known, bad, or does not go together with another.</exception>
    public static KafkaClient Create(bool isConsumer, IEnumerable<KeyValuePair<string, string>> properties, EventKinds events)
    {
        var settings = Librdkafka.NewSettings();
        var error = stackalloc byte[ErrorLength];
        error[0] = 0;
        foreach (var (name, value) in properties)
        {
            if (Librdkafka.Set(settings, name, value, error, ErrorLength) != 0)
            {
                Librdkafka.DestroySettings(settings);
                throw new EventBusException($"The Kafka property '{name}' cannot be set: {KafkaErrors.Utf8(error)}");
            }
        }

        Librdkafka.SetEvents(settings, (int)events);
        var client = Librdkafka.NewClient(isConsumer ? 1 : 0, settings, error, ErrorLength);
        if (client == 0)
        {
            Librdkafka.DestroySettings(settings);
            throw new EventBusException(
                $"The Kafka {(isConsumer ? "consumer" : "producer")} cannot be made of its properties: {KafkaErrors.Utf8(error)}");
        }

        return new KafkaClient(client);
    }

    /// <summary>The client's object for a topic, which lasts as long as the client.</summary>
    public nint Topic(string name)
    {
        if (_topics.TryGetValue(name, out var known))
        {
            return known;
        }

        var topic = Librdkafka.NewTopic(handle, name, 0);
        if (topic == 0)
        {
            throw KafkaErrors.ToException(Librdkafka.LastError());
        }

        // The library counts references: a second object is the first one again.
        if (!_topics.TryAdd(name, topic))
        {
            Librdkafka.DestroyTopic(topic);
        }

        return topic;
    }

    /// <summary>The error that ended the client for good; null as long as there is none.</summary>
    public ClusterError? FatalError()
    {
        var text = stackalloc byte[ErrorLength];
        var code = Librdkafka.FatalError(handle, text, ErrorLength);
        return code == 0 ? null : new ClusterError((ErrorCode)code, KafkaErrors.Utf8(text), IsFatal: true);
    }

    /// <summary>Makes a call that the client outlives.</summary>
    /// <exception cref="ObjectDisposedException">The client has been disposed before.</exception>
    public T Use<T>(Func<nint, T> call)
    {
        BeginUse();
        return EndUse(call);
    }

    /// <summary>Has the client outlive the next <see cref="EndUse"/>.</summary>
    /// <exception cref="ObjectDisposedException">The client has been disposed before.</exception>
    public void BeginUse()
    {
        var isUsed = false;
        DangerousAddRef(ref isUsed);
    }

    /// <summary>Makes the call for which <see cref="BeginUse"/> was called.</summary>
    public T EndUse<T>(Func<nint, T> call)
    {
        try
        {
            return call(handle);
        }
        finally
        {
            DangerousRelease();
        }
    }

    /// <summary>Sets or refuses the token that SASL OAUTHBEARER asked for.</summary>
    public int SetToken(string token, DateTimeOffset expires, string principal)
    {
        var error = stackalloc byte[ErrorLength];
        var code = Librdkafka.SetToken(handle, token, expires.ToUnixTimeMilliseconds(), principal, null, 0, error, ErrorLength);
        return code == 0 ? 0 : Librdkafka.SetTokenFailure(handle, KafkaErrors.Utf8(error));
    }

    // Without closing, which the consumer has done before: it would wait for somebody to serve the queue.
    protected override bool ReleaseHandle()
    {
        foreach (var topic in _topics.Values)
        {
            Librdkafka.DestroyTopic(topic);
        }

        Librdkafka.DestroyClient(handle, NoConsumerClose);
        return true;
    }
}
