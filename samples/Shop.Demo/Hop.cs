using EventBus;

namespace Shop.Demo;

/// <summary>One station of an event on its way.</summary>
/// <param name="Stage">request, event, handler, notification or analytics.</param>
/// <param name="Who">Who has it: an endpoint, a contract name, a subscription.</param>
/// <param name="SeenAt">When it was there; null when it was not seen.</param>
internal sealed record Hop(string Stage, string Who, DateTimeOffset? SeenAt)
{
    /// <summary>The event's id.</summary>
    public EventIdentity? Event { get; init; }

    /// <summary>Where the event stands.</summary>
    public Position? Position { get; init; }

    /// <summary>The event that it stems from.</summary>
    public EventIdentity? Cause { get; init; }

    /// <summary>What was waited for in vain.</summary>
    public string? Missing { get; init; }
}

/// <summary>A request with the hops that it set off.</summary>
internal sealed record Trace(SentRequest Request, IReadOnlyList<Hop> Hops)
{
    /// <summary>The first hop that was not seen, or null.</summary>
    public Hop? Missing => Hops.FirstOrDefault(hop => hop.Missing is not null);
}
