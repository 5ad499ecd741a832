using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Connections;

/// <summary>Looks whether the brokers are there, before anything is published to them or read from them.</summary>
internal static class BrokerCheck
{
    private static readonly TimeSpan s_longestTry = TimeSpan.FromSeconds(2);

    /// <summary>Waits until a broker answers.</summary>
    /// <exception cref="EventBusException">None did within <see cref="KafkaOptions.StartTimeout"/>.</exception>
    public static async Task RunAsync(KafkaConnection connection, ClusterClient cluster, CancellationToken cancellationToken)
    {
        var timeout = connection.Options.StartTimeout;
        var start = connection.Time.GetTimestamp();
        while (true)
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? s_longestTry : timeout - connection.Time.GetElapsedTime(start);
            var milliseconds = (int)Math.Max(1, Math.Min(left.TotalMilliseconds, s_longestTry.TotalMilliseconds));
            var code = await cluster.RunAsync(client => Ask(client, milliseconds), cancellationToken).ConfigureAwait(false);
            if (code == ErrorCode.NoError)
            {
                cluster.ForgetErrors();
                return;
            }

            // A wrong password is no reason to wait: the brokers are there and say so again each time.
            if (cluster.LastError is { Code: ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed } refused)
            {
                throw new EventBusException(
                    $"The Kafka brokers {connection.Brokers} refused the user: {refused.Reason} Look at EventBus:Kafka:{nameof(KafkaOptions.SaslUsername)}, "
                    + $"{nameof(KafkaOptions.SaslPassword)} and {nameof(KafkaOptions.SaslMechanism)}.",
                    new ClusterException(refused));
            }

            if (timeout != Timeout.InfiniteTimeSpan && connection.Time.GetElapsedTime(start) >= timeout)
            {
                var error = new ClusterError(code, KafkaErrors.Text((int)code));
                throw ClusterErrors.Failed(error, $"The bus could not start within {timeout}", connection, cluster);
            }
        }
    }

    private static unsafe ErrorCode Ask(nint client, int timeoutMilliseconds)
    {
        ClusterMetadata* metadata;
        var code = (ErrorCode)Librdkafka.GetMetadata(client, 0, 0, &metadata, timeoutMilliseconds);
        if (code == ErrorCode.NoError)
        {
            Librdkafka.DestroyMetadata(metadata);
        }

        return code;
    }
}
