using StackExchange.Redis;

namespace EventBus.Redis.Connections;

/// <summary>What the client's errors mean for the bus.</summary>
internal static class RedisErrors
{
    // The first word of an error of the server that ends by itself or with another server: it says nothing about what was asked.
    // OOM is not among them: waiting does not make room.
    private static readonly string[] s_passing =
        ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "UNBLOCKED", "MISCONF"];

    /// <summary>Whether the server was away, or not able to serve for a while, rather than having refused what was asked.</summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        // Whichever side of the connection finds its end second hands on the connection's own error.
        RedisConnectionException or RedisTimeoutException or TimeoutException or ObjectDisposedException or IOException => true,
        RedisServerException server => s_passing.Any(word => server.Message.StartsWith(word, StringComparison.Ordinal)),
        RedisException => exception.InnerException is { } inner && IsOutage(inner),
        _ => false,
    };

    /// <summary>
    /// What happened, in a sentence. The client's own words are a paragraph of its state, with advice on settings that are the bus's; they stay in the
    /// inner exception.
    /// </summary>
    public static string Words(Exception exception) => exception switch
    {
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "the server refused the user or the password.",
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect } => "no connection could be made.",
        RedisConnectionException or IOException => "the connection is down.",
        TimeoutException => "there was no answer in time.",
        ObjectDisposedException => "the connection has been closed.",
        _ => exception.Message,
    };

    /// <summary>Whether the server has no memory left (<c>maxmemory</c> with <c>noeviction</c>).</summary>
    public static bool IsOutOfMemory(Exception exception) =>
        exception is RedisServerException && exception.Message.StartsWith("OOM", StringComparison.Ordinal);

    /// <summary>Whether the server that was asked is a replica: another one has taken over.</summary>
    public static bool IsReplica(Exception exception) =>
        exception is RedisServerException && exception.Message.StartsWith("READONLY", StringComparison.Ordinal);

    /// <summary>Whether there is a key of another type where a stream should be.</summary>
    public static bool IsWrongType(Exception? exception) =>
        exception is RedisServerException && exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal);

    /// <summary>Whether the consumer group that was asked for is not there any more: another member has taken the partition over.</summary>
    public static bool IsNoGroup(Exception exception) =>
        exception is RedisServerException && exception.Message.Contains("NOGROUP", StringComparison.Ordinal);
}
