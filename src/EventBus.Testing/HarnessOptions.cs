namespace EventBus.Testing;

/// <summary>How an <see cref="EventBusHarness"/> runs.</summary>
public sealed class HarnessOptions
{
    /// <summary>
    /// Draws the order in which handlers run: one step at a time, where a step is a handler's start or what follows an <c>await</c> in it. The
    /// same seed gives the same order. They run only while the harness is awaited.
    /// </summary>
    /// <value>The default is null: handlers run at once and side by side, as in production.</value>
    public int? Seed { get; init; }

    /// <summary>Whether every event goes through its serializer and back, as on a broker.</summary>
    /// <value>The default is true.</value>
    public bool RoundTripJson { get; init; } = true;

    /// <summary>Faults in front of the transport, by virtual time.</summary>
    /// <value>The default is null: none.</value>
    public FaultPlan? Faults { get; init; }

    /// <summary>How many attempts at handling may follow from what was published before the harness takes it for an endless loop.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxDeliveries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 10_000;

    /// <summary>How much virtual time may pass in one <see cref="EventBusHarness.SettleAsync"/> before it is taken not to settle.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan MaxTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromDays(30);

    /// <summary>What the virtual clock shows at the start.</summary>
    /// <value>The default is 2030-01-01 at midnight, UTC.</value>
    public DateTimeOffset StartTime { get; init; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
