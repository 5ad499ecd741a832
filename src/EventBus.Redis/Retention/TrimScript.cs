using StackExchange.Redis;

namespace EventBus.Redis.Retention;

/// <summary>
/// Trims one partition, atomically with what its groups have settled: whatever is settled, taken over or sought while a keeper thinks, the
/// script sees it.
/// </summary>
/// <remarks>
/// <para>
/// Nothing is counted and no entry is kept account of. The floor is the first entry that a group which holds retention back has not settled: the first
/// of what is pending, or what follows its last delivered id. <c>XTRIM MINID ~ FLOOR LIMIT n</c> then takes at most n of the oldest entries and none
/// at or above the floor; it frees whole nodes of the stream (100 entries or 4 KB by default), and the few entries that are left over
/// in the node of the border are found by XRANGE and trimmed exactly.
/// </para>
/// <para>A call takes away at most about as much as the server does in a millisecond or two; what is left comes with the next call.</para>
/// </remarks>
internal static class TrimScript
{
    /// <summary>The limits apply below what groups have not settled.</summary>
    public const string BelowGroups = "groups";

    /// <summary>The limits apply to everything.</summary>
    public const string Everything = "none";

    /// <summary>The limits apply below what has been released.</summary>
    public const string BelowReleased = "released";

    /// <summary>What the groups have settled goes, whatever the limits.</summary>
    public const string AllSettled = "only";

    // KEYS: stream, released. ARGV: number, age in ms and bytes to keep, each blank where there is no limit; one of the words above; when the
    // abandoned groups were looked for, in ms; their names.
    // Gives: length; whether there is more to trim at once; 1 if a group holds back what the limits would trim; the groups that have a say (only if
    // so); abandoned groups that lost events.
    private const string Text = """
        local stream, chunk, few = KEYS[1], 20000, 128
        local length = redis.call('XLEN', stream)
        if length == 0 then return {0, 0, 0, {}, {}} end

        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        -- Compared as texts: numbers are exact only up to 2^53 here.
        local function smaller(a, b)
          if #a ~= #b then return #a < #b end
          return a < b
        end
        local function before(a, b)
          local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
          local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
          if ams == bms then return smaller(aseq, bseq) end
          return smaller(ams, bms)
        end
        local function following(id)
          local ms, seq = string.match(id, '^(%d+)-(%d+)$')
          if #seq > 15 then return id end
          return string.format('%s-%.0f', ms, seq + 1)
        end

        local floor, names, abandoned = nil, {}, {}
        if ARGV[4] == 'released' then
          floor = redis.call('GET', KEYS[2]) or '0-0'
        elseif ARGV[4] ~= 'none' then
          -- What a keeper that was held up knows may be over: a group that has come back holds again.
          local gone = {}
          if now - ARGV[5] < 10000 then
            for i = 6, #ARGV do gone[ARGV[i]] = true end
          end
          for _, flat in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
            local group = {}
            for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
            local unsettled = following(group['last-delivered-id'])
            if group['pending'] > 0 then
              local first = redis.call('XPENDING', stream, group['name'], '-', '+', 1)[1]
              if first and before(first[1], unsettled) then unsettled = first[1] end
            end
            local name = string.match(group['name'], '^(.*)@%d+$') or group['name']
            if gone[name] then
              local first = redis.call('XRANGE', stream, unsettled, '+', 'COUNT', 1)[1]
              if first then abandoned[#abandoned + 1] = {name, first[1]} end
            else
              names[#names + 1] = name
              if not floor or before(unsettled, floor) then floor = unsettled end
            end
          end
        end

        local more, held = 0, 0
        local function to(id)
          local done = redis.call('XTRIM', stream, 'MINID', '~', id, 'LIMIT', chunk)
          if done * 2 > chunk then more = 1 else redis.call('XTRIM', stream, 'MINID', '=', id) end
        end
        -- Gives how many of the wanted entries are still there.
        local function oldest(count)
          local part = math.min(count, chunk)
          local done
          if not floor then
            done = redis.call('XTRIM', stream, 'MAXLEN', '=', redis.call('XLEN', stream) - part)
          else
            done = redis.call('XTRIM', stream, 'MINID', '~', floor, 'LIMIT', part)
            if done < part then
              local page = redis.call('XRANGE', stream, '-', '(' .. floor, 'COUNT', math.min(part - done, few))
              if #page > 0 then done = done + redis.call('XTRIM', stream, 'MINID', '=', following(page[#page][1])) end
            end
          end
          if done < part then held = 1 elseif part < count then more = 1 end
          return count - done
        end

        if ARGV[4] == 'only' then
          if floor then to(floor) end
          held = 1
        else
          if ARGV[2] ~= '' then
            local id = string.format('%.0f-0', math.max(0, now - ARGV[2]))
            if floor and before(floor, id) then
              id = floor
              held = 1
            end
            to(id)
          end
          if ARGV[1] ~= '' then
            local excess = redis.call('XLEN', stream) - ARGV[1]
            if excess > 0 then oldest(excess) end
          end
          if ARGV[3] ~= '' then
            local limit = tonumber(ARGV[3])
            for round = 1, 8 do
              local count = redis.call('XLEN', stream)
              local bytes = redis.call('MEMORY', 'USAGE', stream, 'SAMPLES', 100000)
              if count == 0 or bytes <= limit * 1.01 then break end
              if oldest(math.ceil(count * (bytes - limit) / bytes)) > 0 then break end
            end
          end
        end

        local lost = {}
        local left = redis.call('XLEN', stream)
        if left < length then
          for _, group in ipairs(abandoned) do
            if #redis.call('XRANGE', stream, group[2], group[2]) == 0 then lost[#lost + 1] = group[1] end
          end
        end
        if left == 0 then held = 0 end
        if held == 0 then names = {} end
        return {left, more, held, names, lost}
        """;

    public static async Task<TrimResult> RunAsync(IDatabase database, RedisKey[] keys, RedisValue[] arguments)
    {
        var answer = await database.ScriptEvaluateAsync(Text, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        return new TrimResult((long)answer[0], (bool)answer[1], (bool)answer[2], (RedisValue[])answer[3]!, (string[])answer[4]!);
    }
}

/// <summary>What became of one partition.</summary>
/// <param name="Length">How many entries it has now.</param>
/// <param name="HasMore">Whether there is more to trim at once.</param>
/// <param name="IsHeld">Whether it has entries that go only when a group has settled them.</param>
/// <param name="Groups">The groups that may hold them, where that is so.</param>
/// <param name="Lost">The abandoned groups that have lost events.</param>
internal sealed record TrimResult(long Length, bool HasMore, bool IsHeld, RedisValue[] Groups, string[] Lost);
