using System.Collections.Concurrent;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Makes topics, tells their settings and removes records when a client asks for it, which the mock brokers cannot do by themselves.</summary>
/// <param name="create">Makes a topic with so many partitions, or fewer than one for the broker's default.</param>
/// <param name="remove">Removes the records of a partition before an offset, or all of them for -1; gives the earliest that is left.</param>
internal sealed class TopicAdmin(Func<string, int, ErrorCode> create, Func<string, int, long, ErrorCode> remove)
{
    private static readonly Dictionary<string, string?> s_usual = new(StringComparer.Ordinal)
    {
        ["cleanup.policy"] = "delete", ["retention.ms"] = "604800000", ["retention.bytes"] = "-1",
    };

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string?>> _settings = new(StringComparer.Ordinal);

    /// <summary>What it can do, and the latest version of it.</summary>
    public static IReadOnlyDictionary<KafkaRequest, short> Versions { get; } =
        new Dictionary<KafkaRequest, short> { [KafkaRequest.CreateTopics] = 4, [KafkaRequest.DeleteRecords] = 1, [KafkaRequest.DescribeConfigs] = 0 };

    public IEnumerable<KeyValuePair<KafkaRequest, Func<ProxiedRequest, Handling>>> Handlers =>
    [
        new(KafkaRequest.CreateTopics, CreateTopics), new(KafkaRequest.DeleteRecords, DeleteRecords), new(KafkaRequest.DescribeConfigs, DescribeSettings),
    ];

    /// <summary>The settings with which a client has made a topic; null where none has.</summary>
    public IReadOnlyDictionary<string, string?>? SettingsOf(string topic) => _settings.GetValueOrDefault(topic);

    private Handling CreateTopics(ProxiedRequest request)
    {
        var reader = request.Reader();
        var answer = request.Answer();
        if (request.Version >= 2)
        {
            answer.Int32(0);
        }

        var count = reader.Int32();
        for (answer.Int32(count); count > 0; count--)
        {
            var topic = reader.Text()!;
            var partitions = reader.Int32();
            _ = reader.Int16();
            for (var placed = reader.Int32(); placed > 0; placed--)
            {
                _ = reader.Int32();
                for (var replicas = reader.Int32(); replicas > 0; replicas--)
                {
                    _ = reader.Int32();
                }
            }

            var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
            for (var left = reader.Int32(); left > 0; left--)
            {
                settings[reader.Text()!] = reader.Text();
            }

            var error = create(topic, partitions);
            if (error == ErrorCode.NoError)
            {
                _settings[topic] = settings;
            }

            answer.Text(topic).Int16((short)error);
            if (request.Version >= 1)
            {
                answer.Text(null);
            }
        }

        return new Handling(Answer: answer.ToFrame());
    }

    private Handling DeleteRecords(ProxiedRequest request)
    {
        var reader = request.Reader();
        var answer = request.Answer().Int32(0);
        var topics = reader.Int32();
        for (answer.Int32(topics); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            var partitions = reader.Int32();
            for (answer.Text(topic).Int32(partitions); partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                var before = reader.Int64();
                answer.Int32(partition).Int64(before).Int16((short)remove(topic, partition, before));
            }
        }

        return new Handling(Answer: answer.ToFrame());
    }

    // Of a topic that no client has made, those that brokers have by themselves.
    private Handling DescribeSettings(ProxiedRequest request)
    {
        var reader = request.Reader();
        var answer = request.Answer().Int32(0);
        var topics = reader.Int32();
        for (answer.Int32(topics); topics > 0; topics--)
        {
            var kind = reader.Byte();
            var topic = reader.Text()!;
            for (var named = reader.Int32(); named > 0; named--)
            {
                _ = reader.Text();
            }

            var settings = new Dictionary<string, string?>(s_usual, StringComparer.Ordinal);
            foreach (var (name, value) in SettingsOf(topic) ?? new Dictionary<string, string?>())
            {
                settings[name] = value;
            }

            answer.Int16(0).Text(null).Raw([kind]).Text(topic).Int32(settings.Count);
            foreach (var (name, value) in settings)
            {
                // Neither read-only, nor a default, nor secret.
                answer.Text(name).Text(value).Raw([0, 0, 0]);
            }
        }

        return new Handling(Answer: answer.ToFrame());
    }
}
