namespace EventBus;

/// <summary>What a publisher says about one event where it differs from the defaults. Immutable; may be shared.</summary>
public sealed class PublishOptions
{
    /// <summary>The key, in place of the one that the catalogue's selector gives.</summary>
    /// <value>The default is null: the selector decides.</value>
    public string? Key { get; init; }

    /// <summary>The event's id, in place of a new UUIDv7. Consumers with idempotency handle an id once.</summary>
    /// <value>The default is null: a new id.</value>
    public EventIdentity? Id { get; init; }

    /// <summary>When the event happened, in place of the moment of publishing.</summary>
    /// <value>The default is null: now, in UTC.</value>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What the event is about, CloudEvents' <c>subject</c>.</summary>
    /// <value>The default is null.</value>
    public string? Subject { get; init; }

    /// <summary>The application's headers. Names are compared exactly; values may be empty and hold any Unicode
    /// text. Names that begin with <c>eventbus-</c> are the bus's own, and refused.</summary>
    /// <value>The default is null: no headers.</value>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
