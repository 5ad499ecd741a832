namespace EventBus.Testing.Faults;

/// <summary>What was drawn for one operation; some of it does not apply to it.</summary>
/// <param name="Stream">The stream of operations.</param>
/// <param name="Operation">Which of them, from 1.</param>
/// <param name="PublishError">Fail before storing.</param>
/// <param name="LostAcknowledgement">Fail after storing.</param>
/// <param name="Duplicate">Store twice.</param>
/// <param name="ReceiveError">Fail in place of receiving.</param>
/// <param name="ReorderingSeed">What decides the new order; null for the old one.</param>
/// <param name="Delay">How much longer to take, or null.</param>
/// <param name="Cut">How long to cut the broker off, or null.</param>
/// <param name="Part">How much of a batch that fails is stored, from 0 to 1.</param>
internal readonly record struct DrawnFaults(
    string Stream,
    int Operation,
    bool PublishError,
    bool LostAcknowledgement,
    bool Duplicate,
    bool ReceiveError,
    int? ReorderingSeed,
    TimeSpan? Delay,
    TimeSpan? Cut,
    double Part);
