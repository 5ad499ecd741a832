using System.Diagnostics.CodeAnalysis;
using EventBus.Transports;

namespace EventBus.Kafka.Connections;

/// <summary>The names of topics and groups in the cluster, which begin with the bus's prefix, and back.</summary>
internal sealed class KafkaNames(string prefix)
{
    /// <summary>What all names begin with.</summary>
    public string Prefix => prefix;

    /// <summary>A topic's name in the cluster.</summary>
    /// <exception cref="EventBusException">Kafka has no topic of such a name.</exception>
    public string Topic(string topic)
    {
        var name = prefix + topic;
        return TopicPattern.Problem(name) is { } problem
            ? throw new EventBusException($"Kafka cannot have a topic '{name}': the name {problem}. Change the topic's name or EventBus:Kafka:Prefix.")
            : name;
    }

    /// <summary>The bus's name of a topic in the cluster; false where it is another bus's.</summary>
    public bool TryTopicOf(string name, [NotNullWhen(true)] out string? topic)
    {
        topic = name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
        return topic is not null;
    }

    /// <summary>A group's name in the cluster.</summary>
    public string Group(string group) => prefix + group;
}
