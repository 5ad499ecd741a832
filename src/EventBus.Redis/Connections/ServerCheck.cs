using StackExchange.Redis;

namespace EventBus.Redis.Connections;

/// <summary>Looks whether a server is fit to carry events, before any is published to it.</summary>
internal static class ServerCheck
{
    private static readonly Version s_oldest = new(7, 0);

    /// <summary>Asks the server what it is.</summary>
    /// <returns>Whether it belongs to a cluster; null while it still loads its data, and answers nothing else.</returns>
    /// <exception cref="EventBusException">It is too old, or set to throw keys away.</exception>
    public static async Task<bool?> RunAsync(IDatabase database, RedisOptions options, CancellationToken cancellationToken)
    {
        var info = await InfoAsync(database, cancellationToken).ConfigureAwait(false);
        if (Version.TryParse(info.GetValueOrDefault("redis_version"), out var version) && version < s_oldest)
        {
            throw new EventBusException(
                $"The server is Redis {version}; EventBus.Redis needs {s_oldest} or newer, or Valkey. Upgrade it, or use another one.");
        }

        var policy = info.GetValueOrDefault("maxmemory_policy", "noeviction");
        if (policy != "noeviction" && !options.AllowEviction)
        {
            throw new EventBusException(
                $"The server's maxmemory-policy is '{policy}': when its memory is full it may throw away events that nobody has handled. Set it to "
                + $"'noeviction', or allow it by EventBus:Redis:{nameof(options.AllowEviction)}.");
        }

        return info.GetValueOrDefault("loading") is null or "0" ? info.GetValueOrDefault("redis_mode") == "cluster" : null;
    }

    private static async Task<Dictionary<string, string>> InfoAsync(IDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            var text = (string?)await database.ExecuteAsync("INFO").WaitAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty;
            return text.Split("\r\n").Select(static line => line.Split(':', 2)).Where(static pair => pair.Length == 2)
                .GroupBy(static pair => pair[0], StringComparer.Ordinal)
                .ToDictionary(static pairs => pairs.Key, static pairs => pairs.First()[1], StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or IOException)
        {
            throw new EventBusException(
                $"The server did not tell what it is: {RedisErrors.Words(exception)} The user of the connection needs the commands that docs/redis.md lists.",
                exception);
        }
    }
}
