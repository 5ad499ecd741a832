using EventBus.Transports;

namespace EventBus.Testing.Faults;

/// <summary>Changes the order of received events as far as no order is promised.</summary>
internal static class Shuffle
{
    /// <summary>Deals the events out anew. Those of one key in one partition keep their order, and so do those without a key.</summary>
    /// <returns>Whether the order is another one.</returns>
    public static bool AcrossKeys(Span<ReceivedEvent> events, Random random)
    {
        // A lookup keeps the order of the first event of each key, so that equal draws give equal orders.
        var keys = events.ToArray()
            .GroupBy(static received => (received.Assignment, received.Envelope.Key))
            .Select(static key => new Queue<ReceivedEvent>(key))
            .ToList();
        if (keys.Count < 2)
        {
            return false;
        }

        var changed = false;
        foreach (ref var place in events)
        {
            var key = keys[random.Next(keys.Count)];
            var dealt = key.Dequeue();
            changed |= dealt.Offset != place.Offset || dealt.Assignment != place.Assignment;
            place = dealt;
            if (key.Count == 0)
            {
                keys.Remove(key);
            }
        }

        return changed;
    }
}
