using EventBus.Testing.Running;

namespace EventBus.Testing;

public sealed partial class EventBusHarness
{
    /// <summary>The events that were published, by the test and by handlers, in the order in which they were stored.</summary>
    /// <typeparam name="TEvent">The events' type, or a base of theirs; <see cref="object"/> for all.</typeparam>
    public IReadOnlyList<Observation<TEvent>> Published<TEvent>() => _journal.All<TEvent>(Journal.Kind.Published, null);

    /// <summary>The attempts that succeeded, in the order in which they ended.</summary>
    /// <typeparam name="TEvent">The events' type, or a base of theirs.</typeparam>
    /// <param name="subscription">Whose; null for all.</param>
    public IReadOnlyList<Observation<TEvent>> Handled<TEvent>(string? subscription = null) =>
        _journal.All<TEvent>(Journal.Kind.Handled, subscription);

    /// <summary>The attempts that failed, each with what it failed with.</summary>
    /// <inheritdoc cref="Handled"/>
    public IReadOnlyList<Observation<TEvent>> Failed<TEvent>(string? subscription = null) =>
        _journal.All<TEvent>(Journal.Kind.Failed, subscription);

    /// <summary>The attempts that were made again, each with what the attempt before had failed with.</summary>
    /// <inheritdoc cref="Handled"/>
    public IReadOnlyList<Observation<TEvent>> Retried<TEvent>(string? subscription = null) =>
        _journal.All<TEvent>(Journal.Kind.Retried, subscription);

    /// <summary>
    /// The events that became dead letters, each with its last attempt. What could not be decoded has no event to be told of: look for it through
    /// <see cref="DeadLetters.IDeadLetters"/> of the services.
    /// </summary>
    /// <inheritdoc cref="Handled"/>
    public IReadOnlyList<Observation<TEvent>> DeadLettered<TEvent>(string? subscription = null) =>
        _journal.All<TEvent>(Journal.Kind.DeadLettered, subscription);
}
