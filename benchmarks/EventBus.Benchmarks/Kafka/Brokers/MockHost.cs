using System.Globalization;
using System.Runtime.InteropServices;

namespace EventBus.Benchmarks.Kafka.Brokers;

/// <summary>
/// A process of its own for librdkafka's cluster of mock brokers, so that what they use is no part of what the clients use. It says where they are, then
/// makes and removes topics as it is told, line by line, and ends with its input.
/// </summary>
internal static class MockHost
{
    /// <summary>The verb that makes a process of this program one.</summary>
    public const string Verb = "kafka-brokers";

    public const string Create = "create";
    public const string Delete = "delete";
    private const int Count = 3;
    private const int ErrorLength = 512;
    private const int InitialRebalanceDelayMilliseconds = 50;

    public static async Task RunAsync(TextReader input, TextWriter output)
    {
        var (client, cluster) = Start();
        await output.WriteLineAsync(AddressesOf(cluster));
        await output.FlushAsync();
        while (await input.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var code = words[0] switch
            {
                Create => MockLibrary.CreateTopic(cluster, words[1], int.Parse(words[2], CultureInfo.InvariantCulture), Count),
                Delete => MockLibrary.DeleteTopic(cluster, words[1]),
                _ => throw new BenchmarkException($"The mock brokers do not know what '{line}' is."),
            };
            await output.WriteLineAsync(code.ToString(CultureInfo.InvariantCulture));
            await output.FlushAsync();
        }

        MockLibrary.DestroyCluster(cluster);
        MockLibrary.DestroyClient(client);
    }

    private static unsafe (nint Client, nint Cluster) Start()
    {
        var error = stackalloc byte[ErrorLength];
        var settings = MockLibrary.NewSettings();
        _ = MockLibrary.Set(settings, "log_level", "0", error, ErrorLength);
        var client = MockLibrary.NewClient(0, settings, error, ErrorLength);
        if (client == 0)
        {
            throw new BenchmarkException($"The mock brokers did not start: {Marshal.PtrToStringUTF8((nint)error)}");
        }

        var cluster = MockLibrary.NewCluster(client, Count);
        MockLibrary.SetInitialRebalanceDelay(cluster, InitialRebalanceDelayMilliseconds);
        return (client, cluster);
    }

    private static unsafe string AddressesOf(nint cluster) => Marshal.PtrToStringUTF8((nint)MockLibrary.Bootstraps(cluster))!;
}
