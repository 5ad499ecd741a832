namespace EventBus.Redis.Tests.Servers;

/// <summary>What the user of a bus has to be allowed, and no more: docs/redis.md quotes it, and the tests run under it.</summary>
internal static class MinimalAcl
{
    public const string User = "bus";

    public const string Password = "secret";

    /// <summary>What the client asks for at each connection and does without. CONFIG is not for a bus: it tells passwords.</summary>
    public static readonly string[] Dispensable = ["config|get", "__Booksleeve_TieBreak", "__Booksleeve_MasterChanged"];

    /// <summary>The commands, in the words of <c>ACL SETUSER</c>.</summary>
    public static string Commands { get; } = string.Join(' ',
    [
        "-@all",
        "+ping +echo +auth +hello +select +info +time +client|setname +client|id +client|unblock +cluster|nodes",
        "+eval +evalsha +script|load",
        "+xadd +xread +xreadgroup +xack +xclaim +xgroup +xinfo +xpending +xrange +xlen +xtrim",
        "+get +set +del +exists +expire +pexpire",
        "+hget +hset +hsetnx +hdel +hgetall +hincrby +hlen +sadd +sismember",
        "+zadd +zrem +zscore +zcard +zrange +zrangebyscore",
        "+publish +subscribe +unsubscribe +memory|usage",
    ]);

    /// <summary>What a user gets, in the words of <c>ACL SETUSER</c>, to be a bus whose keys and channels have a prefix.</summary>
    public static string RightsOf(string prefix) => $"on >{Password} ~{prefix}* &{prefix}* {Commands}";

    /// <summary>The same as a line of an ACL file.</summary>
    public static string For(string prefix) => $"user {User} {RightsOf(prefix)}\n";

    /// <summary>Lines of as many users with the same rights, numbered from 1.</summary>
    public static string Numbered(string prefix, int count) =>
        string.Concat(Enumerable.Range(1, count).Select(number => $"user {NameOf(number)} {RightsOf(prefix)}\n"));

    public static string NameOf(int number) => $"{User}-{number}";
}
