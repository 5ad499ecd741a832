namespace EventBus.Transports.InMemory;

/// <content>
/// Retention is worked out when it shows (a read, a seek, a group that joins) and when the log needs another segment; by bytes
/// or age more often. There is no timer: the events of a log that nobody touches stay in memory.
/// </content>
internal sealed partial class PartitionLog
{
    private const int AgeChecks = 8;
    private readonly bool _trimsOften;

    // The bytes in [start, _counted): what groups have settled and retention by bytes is about.
    private long _counted;
    private long _countedBytes;
    private long _nextAgeCheckTicks;

    private void TrimAfter(in LogRecord record)
    {
        if (_settings.RetainedBytes is not null || record.StoredTicks >= _nextAgeCheckTicks)
        {
            _nextAgeCheckTicks = record.StoredTicks + ((_settings.RetainedTicks ?? 0) / AgeChecks);
            Trim();
        }
    }

    // Never past the floor: what a live group has not settled stays.
    private void Trim()
    {
        var floor = Floor();
        var start = Math.Max(_start, floor - _settings.RetainedEvents);
        if (_settings.RetainedTicks is { } age)
        {
            start = PassOld(start, floor, age);
        }

        if (_settings.RetainedBytes is { } bytes)
        {
            start = PassBytes(start, floor, bytes);
        }

        if (start > _start)
        {
            _segments.Drop(_start, start);
            _start = start;
        }
    }

    private long PassOld(long start, long floor, long age)
    {
        var oldest = _settings.Time.GetUtcNow().UtcTicks - age;
        while (start < floor && _segments[start].StoredTicks < oldest)
        {
            start++;
        }

        return start;
    }

    private long PassBytes(long start, long floor, long limit)
    {
        _counted = Math.Max(_counted, _start);
        for (; _counted < floor; _counted++)
        {
            _countedBytes += _segments[_counted].Envelope.Data.Length;
        }

        // A group that was moved back has taken events out of what is settled.
        for (; _counted > floor; _counted--)
        {
            _countedBytes -= _segments[_counted - 1].Envelope.Data.Length;
        }

        var passed = _start;
        for (; passed < floor && (passed < start || _countedBytes > limit); passed++)
        {
            _countedBytes -= _segments[passed].Envelope.Data.Length;
        }

        return passed;
    }
}
