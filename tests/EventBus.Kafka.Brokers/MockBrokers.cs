using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers;

/// <summary>librdkafka's own cluster of mock brokers, which speak the real protocol over loopback TCP, and which are numbered from 1.</summary>
internal sealed class MockBrokers : IDisposable
{
    public const int Count = 3;
    private const int ErrorLength = 512;
    private const int InitialRebalanceDelayMilliseconds = 50;

    // Of the newer protocol, in which members are told by it what they are assigned.
    private const int HeartbeatMilliseconds = 100;
    private readonly nint _client;

    public unsafe MockBrokers()
    {
        var error = stackalloc byte[ErrorLength];
        var settings = MockLibrary.NewSettings();

        // It tells each error that it is made to answer with.
        _ = MockLibrary.Set(settings, "log_level", "0", error, ErrorLength);
        _client = MockLibrary.NewClient(0, settings, error, ErrorLength);
        if (_client == 0)
        {
            throw new InvalidOperationException($"The mock brokers did not start: {Marshal.PtrToStringUTF8((nint)error)}");
        }

        Handle = MockLibrary.NewCluster(_client, Count);
        MockLibrary.SetInitialRebalanceDelay(Handle, InitialRebalanceDelayMilliseconds);
        MockLibrary.SetHeartbeatInterval(Handle, HeartbeatMilliseconds);
        Addresses = Marshal.PtrToStringUTF8((nint)MockLibrary.Bootstraps(Handle))!.Split(',');
    }

    /// <summary>What the library knows the cluster by.</summary>
    public nint Handle { get; }

    /// <summary>Where each broker is, in their order.</summary>
    public IReadOnlyList<string> Addresses { get; }

    public ErrorCode CreateTopic(string topic, int partitions) => (ErrorCode)MockLibrary.CreateTopic(Handle, topic, partitions, Count);

    public ErrorCode DeleteTopic(string topic) => (ErrorCode)MockLibrary.DeleteTopic(Handle, topic);

    /// <summary>Waits for the brokers' threads to end.</summary>
    public void Dispose()
    {
        MockLibrary.DestroyCluster(Handle);
        MockLibrary.DestroyClient(_client);
    }
}
