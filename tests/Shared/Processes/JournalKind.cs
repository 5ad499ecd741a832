namespace EventBus.Shared.Processes;

/// <summary>What a line of a journal tells.</summary>
public enum JournalKind
{
    /// <summary>The process has started and, as a member, joined its group.</summary>
    Started,

    /// <summary>A handler has begun an event.</summary>
    Begun,

    /// <summary>A handler has ended an event, which is not settled yet.</summary>
    Handled,

    /// <summary>Something was logged as a warning or worse.</summary>
    Warning,

    /// <summary>All was published.</summary>
    Done,
}
