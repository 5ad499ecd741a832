using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Connections;

/// <summary>How clients of the cluster are made, each with its connections of its own, from the settings of the bus.</summary>
/// <param name="options">The settings, which have been checked.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where everything is logged.</param>
/// <param name="metrics">What the clients' statistics become; null for nothing.</param>
internal sealed class KafkaConnection(KafkaOptions options, TimeProvider time, ILogger log, KafkaMetrics? metrics = null)
{
    public KafkaOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Log => log;

    /// <summary>What the clients' statistics become; null for nothing.</summary>
    public KafkaMetrics? Metrics => metrics;

    /// <summary>The names of topics and groups in the cluster.</summary>
    public KafkaNames Names { get; } = new(options.Prefix);

    /// <summary>The brokers' addresses, for messages.</summary>
    public string Brokers => ClientProperties.Brokers(options);

    /// <summary>
    /// Makes a producer. Its events, logs among them, come out of its main queue, which its owner has to serve (<see cref="ClientEvents"/>).
    /// </summary>
    /// <param name="own">Properties that win over all others.</param>
    /// <exception cref="EventBusException">The properties do not go together.</exception>
    public KafkaClient CreateProducer(params ReadOnlySpan<(string Name, string Value)> own) =>
        Create(isConsumer: false, ClientProperties.OfProducer(options), own);

    /// <summary>
    /// Makes a consumer. Its events, logs among them, come out of its consumer queue where it has a group, else out of its main queue; its owner has to
    /// serve it (<see cref="ClientEvents"/>).
    /// </summary>
    /// <param name="group">The bus's name of its group; null for none.</param>
    /// <param name="own">Properties that win over all others.</param>
    /// <exception cref="EventBusException">The properties do not go together.</exception>
    public KafkaClient CreateConsumer(string? group, params ReadOnlySpan<(string Name, string Value)> own)
    {
        var client = Create(isConsumer: true, ClientProperties.OfConsumer(options, group is null ? null : Names.Group(group)), own);
        if (group is not null)
        {
            KafkaErrors.Check(Librdkafka.PollByConsumer(client.Handle));
        }

        return client;
    }

    /// <summary>Makes a client for what is neither: to ask the cluster. It makes no topics by asking for them.</summary>
    /// <param name="own">Properties that win over all others.</param>
    public KafkaClient CreateClient(params ReadOnlySpan<(string Name, string Value)> own) =>
        Create(isConsumer: false, ClientProperties.OfClient(options), own);

    private static KafkaClient Create(bool isConsumer, Dictionary<string, string> properties, ReadOnlySpan<(string Name, string Value)> own)
    {
        foreach (var (name, value) in own)
        {
            properties[name] = value;
        }

        var kinds = EventKinds.Log | EventKinds.Error | EventKinds.Statistics | EventKinds.TokenRefresh
            | (isConsumer ? EventKinds.Rebalance | EventKinds.OffsetCommit : EventKinds.DeliveryReport);
        var client = KafkaClient.Create(isConsumer, properties, kinds);

        // Logs wait until it is known which queue they go to: the main one.
        KafkaErrors.Check(Librdkafka.SetLogQueue(client.Handle, 0));
        return client;
    }
}
