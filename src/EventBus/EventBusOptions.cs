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
}
