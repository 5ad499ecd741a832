namespace EventBus.Redis.Groups;

/// <summary>
/// What places a group in one partition. In a group that keeps order the consumer group on the stream is named <c>GROUP@NUMBER</c> by the member that
/// has the partition, 0 for none: a take-over makes a new one, moves what is pending into it and destroys the old one. So whatever a
/// late owner still sends, a read that it had begun to wait for or an acknowledgement, finds no group and has no effect; nothing has to be
/// compared for an event.
/// </summary>
/// <remarks>They run on a server without memory too, for the reason that <see cref="GroupScripts"/> tells.</remarks>
internal static class PlaceScripts
{
    // found: the name of the group's consumer group and what XINFO tells of it.
    private const string Find = """
        #!lua flags=allow-oom
        local found, info = nil, {}
        if redis.call('EXISTS', KEYS[1]) == 1 then
          for _, g in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
            local fields = {}
            for i = 1, #g, 2 do fields[g[i]] = g[i + 1] end
            local name = fields['name']
            if name == ARGV[1] or string.match(name, '^(.*)@%d+$') == ARGV[1] then
              found = name
              info = fields
            end
          end
        end

        """;

    private const string Move = """
        local function create(name, id, read)
          if read then redis.call('XGROUP', 'CREATE', KEYS[1], name, id, 'MKSTREAM', 'ENTRIESREAD', read)
          else redis.call('XGROUP', 'CREATE', KEYS[1], name, id, 'MKSTREAM') end
        end
        local function move(from, to, consumer)
          local start, pending, claimed = '-', 0, 0
          while true do
            local page = redis.call('XPENDING', KEYS[1], from, start, '+', 500)
            if #page == 0 then break end
            local ids = {}
            for i, p in ipairs(page) do ids[i] = p[1] end
            start = '(' .. ids[#ids]
            ids[#ids + 1] = 'FORCE'
            ids[#ids + 1] = 'JUSTID'
            pending = pending + #page
            claimed = claimed + #redis.call('XCLAIM', KEYS[1], to, consumer, 0, unpack(ids))
          end
          redis.call('XGROUP', 'DESTROY', KEYS[1], from)
          return pending, pending - claimed
        end

        """;

    /// <summary>
    /// Gives a group a place where it has none. KEYS: stream. ARGV: group, name of the consumer group, start. Gives 1 if it had none.
    /// </summary>
    public const string Ensure = Find + Move + """
        if not found then
          create(ARGV[2], ARGV[3])
          return 1
        end
        if string.find(ARGV[2], '@', 1, true) == nil and found ~= ARGV[2] then
          create(ARGV[2], info['last-delivered-id'], info['entries-read'] or nil)
          move(found, ARGV[2], '0')
        end
        return 0
        """;

    /// <summary>
    /// Takes a partition over. KEYS: stream, epoch. ARGV: group, name of the consumer group, consumer, epoch, place to go to or ''.
    /// Gives the epoch that refuses this one, or 0; how many entries are pending; how many had been removed from the stream.
    /// </summary>
    public const string TakeOver = Find + Move + """
        local last = tonumber(redis.call('GET', KEYS[2]) or '0')
        if last >= tonumber(ARGV[4]) then return {last, 0, 0} end
        redis.call('SET', KEYS[2], ARGV[4])
        if ARGV[5] ~= '' then
          if found then redis.call('XGROUP', 'DESTROY', KEYS[1], found) end
          create(ARGV[2], ARGV[5])
          return {0, 0, 0}
        end
        if not found then
          create(ARGV[2], '0-0')
          return {0, 0, 0}
        end
        if found == ARGV[2] then return {0, info['pending'], 0} end
        create(ARGV[2], info['last-delivered-id'], info['entries-read'] or nil)
        local pending, lost = move(found, ARGV[2], ARGV[3])
        return {0, pending - lost, lost}
        """;

    /// <summary>Acknowledges in a competing group. KEYS: stream, fenced. ARGV: group, consumer, ids. Gives -1 where others have taken over.</summary>
    public const string Acknowledge = """
        if redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 1 then return -1 end
        return redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 3))
        """;

    /// <summary>
    /// Takes over what dead consumers of a competing group have. KEYS: stream, fenced. ARGV: group, consumer, most, highest number of a member that is
    /// known, the live consumers. Gives the
    /// entries, and how many had been removed from the stream.
    /// </summary>
    public const string Claim = """
        #!lua flags=allow-oom
        local live = {}
        for i = 5, #ARGV do live[ARGV[i]] = true end
        local known = tonumber(ARGV[4])
        local room, taken, lost = tonumber(ARGV[3]), {}, 0
        for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
          local fields = {}
          for i = 1, #c, 2 do fields[c[i]] = c[i + 1] end
          local name = fields['name']
          if not live[name] and tonumber(string.match(name, '@(%d+)$') or '0') <= known then
            redis.call('SADD', KEYS[2], name)
            redis.call('EXPIRE', KEYS[2], 604800)
            while room > 0 do
              local page = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', math.min(room, 200), name)
              if #page == 0 then break end
              local ids = {}
              for i, p in ipairs(page) do ids[i] = p[1] end
              local entries = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(ids))
              for _, e in ipairs(entries) do taken[#taken + 1] = e end
              lost = lost + #page - #entries
              room = room - #page
            end
            if redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, name)[1] == nil then
              redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
            end
          end
        end
        return {taken, lost}
        """;

    /// <summary>Moves a competing group. KEYS: stream. ARGV: group, place. What was pending is forgotten.</summary>
    public const string Reset = """
        #!lua flags=allow-oom
        redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
        redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
        return 0
        """;
}
