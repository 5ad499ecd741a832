using System.Globalization;
using Microsoft.Extensions.Options;

namespace UserActivity;

/// <summary>What the environment says, by the plain names that the service has in every language it was written in.</summary>
internal sealed record ServiceSettings
{
    public const string BrokersName = "KAFKA_BROKERS";
    private const int DayMs = 24 * 60 * 60 * 1_000;
    private const int LongestSessionMs = 5 * 60 * 1_000;

    /// <summary><c>KAFKA_BROKERS</c>: where the brokers are, <c>host:port,host:port</c>.</summary>
    public required string Brokers { get; init; }

    /// <summary><c>KAFKA_TOPIC</c>: the topic that events are published to and read from.</summary>
    public required string Topic { get; init; }

    /// <summary><c>KAFKA_GROUP_ID</c>: the consumer group. Its members share the topic's partitions.</summary>
    public required string GroupId { get; init; }

    /// <summary><c>PORT</c>: where the service listens; 0 for a free port.</summary>
    public required int Port { get; init; }

    /// <summary><c>KAFKA_PRODUCER_RETRIES</c>: how often an event that could not be stored is tried again.</summary>
    public required int ProducerRetries { get; init; }

    /// <summary><c>KAFKA_PRODUCER_TIMEOUT_MS</c>: how long storing an event may take, with everything that is tried again.</summary>
    public required TimeSpan ProducerTimeout { get; init; }

    /// <summary><c>KAFKA_SESSION_TIMEOUT_MS</c>: how long a member may be silent until the others take over its partitions.</summary>
    public required TimeSpan SessionTimeout { get; init; }

    /// <exception cref="OptionsValidationException">Some are wrong; it lists all of them.</exception>
    public static ServiceSettings Read(IConfiguration configuration)
    {
        var mistakes = new List<string>();
        var settings = new ServiceSettings
        {
            Brokers = Text(BrokersName, "localhost:9092"),
            Topic = Text("KAFKA_TOPIC", "user-activity-events"),
            GroupId = Text("KAFKA_GROUP_ID", "user-activity-consumer-group"),
            Port = Number("PORT", 3000, min: 0, max: 65_535),
            ProducerRetries = Number("KAFKA_PRODUCER_RETRIES", 3, min: 0, max: 100),
            ProducerTimeout = TimeSpan.FromMilliseconds(Number("KAFKA_PRODUCER_TIMEOUT_MS", 30_000, min: 100, DayMs)),
            SessionTimeout = TimeSpan.FromMilliseconds(Number("KAFKA_SESSION_TIMEOUT_MS", 30_000, min: 1_000, LongestSessionMs)),
        };
        return mistakes.Count == 0 ? settings : throw new OptionsValidationException("Environment", typeof(ServiceSettings), mistakes);

        string Text(string name, string otherwise) => configuration[name] is { Length: > 0 } given ? given : otherwise;

        int Number(string name, int otherwise, int min, int max)
        {
            if (configuration[name] is not { Length: > 0 } given)
            {
                return otherwise;
            }

            if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            {
                return number;
            }

            mistakes.Add($"{name} is '{given}'. Set it to a whole number from {min} to {max}, or leave it out for {otherwise}.");
            return otherwise;
        }
    }
}
