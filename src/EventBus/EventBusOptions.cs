namespace EventBus;

/// <summary>Settings of the bus, bound from the configuration section <c>EventBus</c>, which wins over code.</summary>
public sealed class EventBusOptions
{
    /// <summary>Who publishes: CloudEvents' <c>source</c>, a URI reference.</summary>
    /// <value>The default is null: <c>/</c> and the application's name.</value>
    public string? Source { get; set; }

    /// <summary>This instance's name among the members of its groups; unique.</summary>
    /// <value>The default is null: the machine's name, the process id and a random part.</value>
    public string? InstanceName { get; set; }

    /// <summary>
    /// How long stopping waits for running handlers before their tokens are cancelled. They have two seconds more to end after that; one
    /// that goes on is left behind, and its event comes again.
    /// </summary>
    /// <value>The default is 20 seconds, less than the 30 that the Generic Host allows for all services.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether the span of an attempt at handling an event begins a trace of its own, which is linked to the publisher's, and is not a part of
    /// the publisher's trace.
    /// </summary>
    /// <value>The default is false: whatever follows from an event is one trace.</value>
    public bool LinkTraces { get; set; }

    /// <summary>
    /// How long a subscription may stand still before the health check says that it is degraded: a handler that does not end, events that
    /// are not handed out, a transport that does not answer. One that lost its transport is degraded at once.
    /// </summary>
    /// <value>More than zero. The default is 3 seconds.</value>
    public TimeSpan HealthDegradedStall { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a subscription may stand still, or be without its transport, before the health check says that it is unhealthy.</summary>
    /// <value>At least <see cref="HealthDegradedStall"/>. The default is 30 seconds.</value>
    public TimeSpan HealthUnhealthyStall { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How old the oldest event may be that a group has yet to settle, before the health check says that it is degraded.</summary>
    /// <value>More than zero. The default is 1 minute.</value>
    public TimeSpan HealthDegradedLag { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old the oldest event may be that a group has yet to settle, before the health check says that it is unhealthy.</summary>
    /// <value>At least <see cref="HealthDegradedLag"/>. The default is 10 minutes.</value>
    public TimeSpan HealthUnhealthyLag { get; set; } = TimeSpan.FromMinutes(10);
}
