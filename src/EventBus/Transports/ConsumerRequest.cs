namespace EventBus.Transports;

/// <summary>What a subscription asks of its transport.</summary>
public sealed class ConsumerRequest
{
    /// <summary>The group's name.</summary>
    public required string Group { get; init; }

    /// <summary>
    /// Topics and patterns. Words are parted by dots; <c>*</c> stands for one word and a last <c>&gt;</c> for one or more. Topics that
    /// appear later and match belong to the subscription from their first event on.
    /// </summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>
    /// Where the group starts in a topic in which it has no position yet. One that appears later is read from its first event; so is, whatever
    /// stands here, the group's own topic for events that come back to it, whose name begins with <c>_eventbus.</c>.
    /// </summary>
    public SeekTarget StartFrom { get; init; } = SeekTarget.Earliest;

    /// <summary>
    /// The contract names that the subscription handles; null for all. A transport that can tell an event's type at no cost settles the
    /// others itself and does not hand them out; any other hands them out, and the runner settles them.
    /// </summary>
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>
    /// Whether what is published for an event is to be stored together with its settlement: the consumer has to be a
    /// <see cref="Transactions.ITransactionalConsumer"/>.
    /// </summary>
    internal bool IsTransactional { get; init; }

    /// <summary>Whether what the subscription gives up becomes a dead letter, in a topic that is better there before the first one.</summary>
    internal bool KeepsDeadLetters { get; init; }

    /// <summary>A name for this member in logs and in the broker's tools. Unique among the group's members.</summary>
    public required string Member { get; init; }

    /// <summary>Whether a topic belongs to the subscription.</summary>
    public bool Matches(string topic)
    {
        foreach (var pattern in Topics)
        {
            if (TopicPattern.Matches(pattern, topic))
            {
                return true;
            }
        }

        return false;
    }
}
