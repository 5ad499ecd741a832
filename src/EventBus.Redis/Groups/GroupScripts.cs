namespace EventBus.Redis.Groups;

/// <summary>
/// What changes a group, atomically. Who has which partition is decided by the keys of the group, in these scripts; that a late owner does no harm is
/// decided beside the stream, in <see cref="PlaceScripts"/>.
/// </summary>
/// <remarks>
/// KEYS: members, info, leases, seeks, state. ARGV[1]: the group's channel, ARGV[2]: how long a member may be silent, in milliseconds. Whatever
/// changes the group makes its version grow and tells so on the channel. A lease is <c>NUMBER EPOCH</c>; number 0 is nobody. It holds while
/// its owner is among the members: whoever calls takes the silent ones out first. A server that has no memory left runs them all the same: they take
/// next to none, and members that could not tell that they live would settle nothing, so that nothing could be trimmed either.
/// </remarks>
internal static class GroupScripts
{
    private const string Begin = """
        #!lua flags=allow-oom
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local changed = false
        for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - ARGV[2]))) do
          redis.call('ZREM', KEYS[1], m)
          redis.call('HDEL', KEYS[2], m)
          changed = true
        end
        local function finish(result)
          if changed then
            redis.call('HINCRBY', KEYS[5], 'version', 1)
            redis.call('PUBLISH', ARGV[1], 'changed')
          end
          return result
        end
        local function owner(partition)
          local lease = redis.call('HGET', KEYS[3], partition)
          if not lease then return '0', 0 end
          local n, e = string.match(lease, '(%d+) (%d+)')
          if n ~= '0' and not redis.call('ZSCORE', KEYS[1], n) then n = '0' end
          return n, tonumber(e)
        end

        """;

    /// <summary>ARGV: mode, info, numbers of members that are known to be gone. Gives the new member's number; -1 if the mode is another one.</summary>
    public const string Join = Begin + """
        for i = 5, #ARGV do
          if redis.call('ZREM', KEYS[1], ARGV[i]) == 1 then changed = true end
          redis.call('HDEL', KEYS[2], ARGV[i])
        end
        local mode = redis.call('HGET', KEYS[5], 'mode')
        if mode and mode ~= ARGV[3] and redis.call('ZCARD', KEYS[1]) > 0 then return finish(-1) end
        redis.call('HSET', KEYS[5], 'mode', ARGV[3])
        local n = redis.call('HINCRBY', KEYS[5], 'member', 1)
        redis.call('ZADD', KEYS[1], now, n)
        redis.call('HSET', KEYS[2], n, ARGV[4])
        changed = true
        return finish(n)
        """;

    /// <summary>ARGV: number, known version. Gives -1 for a member that is out; the version; and what the group is, if the version is another one.</summary>
    public const string Beat = Begin + """
        if not redis.call('ZSCORE', KEYS[1], ARGV[3]) then return finish({-1}) end
        redis.call('ZADD', KEYS[1], now, ARGV[3])
        finish(nil)
        local version = tonumber(redis.call('HGET', KEYS[5], 'version'))
        if version == tonumber(ARGV[4]) then return {version} end
        return {version, redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]), redis.call('HGETALL', KEYS[4]),
          tonumber(redis.call('HGET', KEYS[5], 'member'))}
        """;

    /// <summary>Gives what the group is, to somebody who is no member.</summary>
    public const string Look = Begin + """
        finish(nil)
        return {tonumber(redis.call('HGET', KEYS[5], 'version') or '0'),
          redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]), redis.call('HGETALL', KEYS[4]),
          tonumber(redis.call('HGET', KEYS[5], 'member') or '0')}
        """;

    /// <summary>ARGV: number, then partition and least epoch in turn. Gives the epoch of each, 0 for one that somebody else has.</summary>
    public const string Acquire = Begin + """
        local epochs = {}
        local live = redis.call('ZSCORE', KEYS[1], ARGV[3]) or ARGV[3] == '0'
        for i = 4, #ARGV, 2 do
          local n, e = owner(ARGV[i])
          if live and (n == '0' or n == ARGV[3]) then
            e = math.max(e, tonumber(ARGV[i + 1])) + 1
            redis.call('HSET', KEYS[3], ARGV[i], ARGV[3] .. ' ' .. e)
            changed = true
          else
            e = 0
          end
          epochs[#epochs + 1] = e
        end
        return finish(epochs)
        """;

    /// <summary>ARGV: number, partitions.</summary>
    public const string Release = Begin + """
        for i = 4, #ARGV do
          local n, e = owner(ARGV[i])
          if n == ARGV[3] then
            redis.call('HSET', KEYS[3], ARGV[i], '0 ' .. e)
            changed = true
          end
        end
        return finish(0)
        """;

    /// <summary>ARGV: number.</summary>
    public const string Leave = Begin + """
        if redis.call('ZREM', KEYS[1], ARGV[3]) == 1 then changed = true end
        redis.call('HDEL', KEYS[2], ARGV[3])
        return finish(0)
        """;

    /// <summary>ARGV: partition and wish in turn.</summary>
    public const string Seek = Begin + """
        for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1]) end
        changed = true
        return finish(0)
        """;

    /// <summary>ARGV: partition, wish. Forgets a wish that was granted, unless a later one has taken its place.</summary>
    public const string Sought = Begin + """
        if redis.call('HGET', KEYS[4], ARGV[3]) == ARGV[4] then
          redis.call('HDEL', KEYS[4], ARGV[3])
          changed = true
        end
        return finish(0)
        """;

    /// <summary>ARGV: partition, wish, number. In a competing group: a member has drained a partition that is to be moved. Gives those that have not.</summary>
    public const string Drained = Begin + """
        local wish = redis.call('HGET', KEYS[4], ARGV[3])
        local field = 'drained:' .. ARGV[3]
        local done = redis.call('HGET', KEYS[5], field)
        local start = ARGV[4] .. '|'
        if not done or string.sub(done, 1, #start) ~= start then done = start end
        if wish ~= ARGV[4] then
          redis.call('HDEL', KEYS[5], field)
          return finish(-1)
        end
        if ARGV[5] ~= '0' then
          done = done .. ARGV[5] .. ','
          redis.call('HSET', KEYS[5], field, done)
          changed = true
        end
        local left = 0
        for _, m in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
          if not string.find(string.sub(done, #start + 1), '%f[%d]' .. m .. ',') then left = left + 1 end
        end
        return finish(left)
        """;
}
