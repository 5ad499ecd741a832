namespace EventBus.Redis.Idempotency;

/// <summary>
/// The store's steps, each one script for one key, which runs as a whole by the server's clock. A key that is free is not there; else it is a string, the
/// letter of its state and the owner's 16 bytes, which goes away by itself at the end of the lease or the window.
/// </summary>
/// <remarks>ARGV[1] is the owner, ARGV[2] the length of the lease or window in milliseconds.</remarks>
internal static class IdempotencyScripts
{
    public const long Claimed = 0;
    public const long Running = 1;
    public const long Done = 2;

    public const string Claim = """
        local held = redis.call('GET', KEYS[1])
        if held then
            if string.sub(held, 1, 1) == 'D' then return 2 end
            if held ~= 'R' .. ARGV[1] then return 1 end
        end
        redis.call('SET', KEYS[1], 'R' .. ARGV[1], 'PX', ARGV[2])
        return 0
        """;

    public const string Renew = """
        if redis.call('GET', KEYS[1]) ~= 'R' .. ARGV[1] then return 0 end
        return redis.call('PEXPIRE', KEYS[1], ARGV[2])
        """;

    // A lease that is over has left no key: whoever ran last may still end it.
    public const string Complete = """
        local held = redis.call('GET', KEYS[1])
        if held and held ~= 'R' .. ARGV[1] then
            return held == 'D' .. ARGV[1] and 1 or 0
        end
        redis.call('SET', KEYS[1], 'D' .. ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    public const string Release = """
        if redis.call('GET', KEYS[1]) == 'R' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
        return 0
        """;
}
