using System.Runtime.InteropServices;
using Confluent.Kafka;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Connections;

/// <summary>What any client tells besides its work: logs, errors, statistics, and that it needs a token. For the thread that serves its queue.</summary>
/// <param name="connection">Whose client it is.</param>
/// <param name="client">The client.</param>
/// <param name="name">What it is for, in logs and metrics: <c>producer</c>, <c>consumer of GROUP</c>.</param>
internal sealed unsafe class ClientEvents(KafkaConnection connection, KafkaClient client, string name)
{
    private const string End = ": ";

    // A producer asks one broker after the other for an id until it has one: while there are none, publishers are told.
    private const string AskingForId = "GETPID";
    private readonly ToldErrors _told = new(connection.Time);

    /// <summary>Called with each error that the client tells, on the thread that serves the queue.</summary>
    public Action<ClusterError>? Failed { get; init; }

    /// <summary>Handles an event of one of these kinds; the caller destroys it.</summary>
    /// <returns>False for an event of another kind.</returns>
    public bool TryHandle(nint @event)
    {
        switch ((EventKinds)Librdkafka.TypeOf(@event))
        {
            case EventKinds.Log:
                Log(@event);
                return true;
            case EventKinds.Error:
                Fail(new ClusterError(
                    (ErrorCode)Librdkafka.ErrorOf(@event), KafkaErrors.Utf8(Librdkafka.ErrorTextOf(@event)), Librdkafka.IsFatalEvent(@event) != 0));
                return true;
            case EventKinds.Statistics:
                connection.Metrics?.Take(name, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(Librdkafka.StatisticsOf(@event)));
                return true;
            case EventKinds.TokenRefresh:
                _ = TokenRefresh.RunAsync(connection, client, name);
                return true;
            default:
                return false;
        }
    }

    private void Fail(ClusterError error)
    {
        // What a fatal error was, the client keeps; the event says only that there is one.
        var told = error.Code == ErrorCode.Local_Fatal ? client.FatalError() ?? error : error;

        // How many brokers are down is no broker's name, and changes from one time to the next.
        var whence = told.Code == ErrorCode.Local_AllBrokersDown ? string.Empty : Whence(told.Reason);
        connection.Log.ClientError(_told.IsNews(told.Code.ToString(), whence) ? LogLevel.Warning : LogLevel.Debug, name, told.Code, told.Reason);
        Failed?.Invoke(told);
    }

    private void Log(nint @event)
    {
        byte* facility;
        byte* text;
        int level;
        if (Librdkafka.LogOf(@event, &facility, &text, &level) == 0)
        {
            var logLevel = LevelOf(level);
            if (connection.Log.IsEnabled(logLevel))
            {
                var (kind, line) = (KafkaErrors.Utf8(facility), KafkaErrors.Utf8(text));
                if (kind == AskingForId && logLevel == LogLevel.Warning)
                {
                    logLevel = LogLevel.Debug;
                }

                connection.Log.ClientLog(logLevel <= LogLevel.Debug || _told.IsNews(kind, Whence(line)) ? logLevel : LogLevel.Debug, name, kind, line);
            }
        }
    }

    private static string Whence(string text) => text.IndexOf(End, StringComparison.Ordinal) is > 0 and var end ? text[..end] : text;

    // Of syslog: 0 to 2 emergency to critical, 3 error, 4 warning, 5 notice, 6 info, 7 debug.
    private static LogLevel LevelOf(int level) => level switch
    {
        <= 2 => LogLevel.Critical,
        3 => LogLevel.Error,
        4 => LogLevel.Warning,
        5 or 6 => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
