namespace EventBus.Testing.Schemas;

/// <summary>One way to break a reader.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Backward">What has happened, where the reader is the newer version. <c>OLD</c> and <c>NEW</c> stand for the versions.</param>
/// <param name="Forward">What has happened, where the reader is the older version.</param>
/// <param name="BackwardAdvice">What to do, where the reader is the newer version.</param>
/// <param name="ForwardAdvice">What to do, where the reader is the older version.</param>
internal sealed record SchemaRule(
    string Name,
    string Backward,
    string Forward,
    string BackwardAdvice = "Take what version OLD wrote as well, or add an upcaster from it.",
    string ForwardAdvice = "Keep the old form beside the new one until no consumer of version OLD is left.");
