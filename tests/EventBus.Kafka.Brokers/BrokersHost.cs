using System.Globalization;

namespace EventBus.Kafka.Brokers;

/// <summary>What a process of its own for mock brokers does: it says where they are, and ends with its input.</summary>
internal static class BrokersHost
{
    /// <summary>The argument for brokers without the proxies.</summary>
    public const string Bare = "--bare";

    public const string Create = "create";
    public const string Delete = "delete";

    /// <summary>Runs brokers of which clients can ask all that the tests ask.</summary>
    public static async Task RunAsync(TextReader input, TextWriter output)
    {
        await using var cluster = new MockCluster();
        await WriteAsync(output, cluster.BootstrapServers);
        while (await input.ReadLineAsync() is not null)
        {
            // Nothing is told this way but the end.
        }
    }

    /// <summary>Runs the mock brokers alone, so that nothing but them is measured, and makes and removes topics as it is told, line by line.</summary>
    public static async Task RunBareAsync(TextReader input, TextWriter output)
    {
        using var brokers = new MockBrokers();
        await WriteAsync(output, string.Join(',', brokers.Addresses));
        while (await input.ReadLineAsync() is { } line)
        {
            var error = line.Split(' ') switch
            {
                [Create, var topic, var partitions] => brokers.CreateTopic(topic, int.Parse(partitions, CultureInfo.InvariantCulture)),
                [Delete, var topic] => brokers.DeleteTopic(topic),
                _ => throw new InvalidOperationException($"The mock brokers do not know what '{line}' is."),
            };
            await WriteAsync(output, error.ToString());
        }
    }

    private static async Task WriteAsync(TextWriter output, string line)
    {
        await output.WriteLineAsync(line);
        await output.FlushAsync();
    }
}
