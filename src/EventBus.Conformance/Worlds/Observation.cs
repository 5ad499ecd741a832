using EventBus.Conformance.Events;

namespace EventBus.Conformance.Worlds;

/// <summary>One attempt at handling an event, as the suite saw it.</summary>
internal sealed record Observation(Member Member, object Event, Envelope Envelope, Position Position, int Attempt, DateTimeOffset? FirstFailure = null)
{
    public int Number => ((INumbered)Event).Number;

    public override string ToString() => $"{Event} at {Position}, attempt {Attempt}, by {Member.Name}";
}
