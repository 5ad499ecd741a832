namespace EventBus.Redis.Consuming;

/// <summary>The entries of a partition that are settled and not acknowledged yet. Safe to use from any thread.</summary>
internal sealed class SettledEntries
{
    private readonly Lock _lock = new();
    private List<Offset> _settled = [];
    private List<Offset> _spare = [];

    public void Add(Offset offset)
    {
        lock (_lock)
        {
            _settled.Add(offset);
        }
    }

    /// <summary>Takes all of them; to be given back by <see cref="Return"/>. For one taker at a time.</summary>
    public List<Offset> Take()
    {
        lock (_lock)
        {
            var taken = _settled;
            _settled = _spare;
            _spare = taken;
            return taken;
        }
    }

    /// <summary>Gives back what was taken.</summary>
    /// <param name="taken">The list.</param>
    /// <param name="done">Whether they are acknowledged; else they are settled as before.</param>
    public void Return(List<Offset> taken, bool done)
    {
        lock (_lock)
        {
            if (!done)
            {
                _settled.AddRange(taken);
            }

            taken.Clear();
        }
    }
}
