namespace EventBus.Transports;

/// <summary>
/// What a transport finds in a topic that is no event: it has no contract. It is handed out under a type that no application can register, so that each
/// subscription puts it among its dead letters.
/// </summary>
internal static class ForeignEvents
{
    public const string Type = "_eventbus.foreign";
}
