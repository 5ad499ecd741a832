using EventBus.Testing.Faults;
using EventBus.Transports;

namespace EventBus.Testing;

/// <summary>
/// Faults for a transport: by a seed, and by hand. Give one object to all the buses of a test and they have one broker that is cut off
/// from all of them at once. Safe to use from any thread.
/// </summary>
/// <remarks>
/// <para>
/// The operations of a stream, which are those that publish one key of a topic or receive for one group, have the same faults in the same
/// order whenever the seed is the same. Each kind of fault is drawn for itself, so that changing the rate of one leaves the others.
/// </para>
/// <para>Faults stay within the contract of <see cref="IEventTransport"/>: a bus has to bear all of them, and lose nothing.</para>
/// </remarks>
public sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FaultStream> _streams = new(StringComparer.Ordinal);
    private readonly List<InjectedFault> _injected = [];

    /// <summary>A plan that injects nothing until a rate is set or it is cut by hand.</summary>
    /// <param name="seed">Decides which operations have a fault.</param>
    public FaultPlan(int seed = 0) => Seed = seed;

    /// <summary>Decides which operations have a fault.</summary>
    public int Seed { get; }

    /// <summary>How many publishes fail with nothing stored, from 0 to 1. Of a batch, a part may have been stored.</summary>
    /// <value>The default is 0.</value>
    public double PublishErrors { get; init => field = Rate(value); }

    /// <summary>How many publishes fail though the event has been stored, from 0 to 1.</summary>
    /// <value>The default is 0.</value>
    public double LostAcknowledgements { get; init => field = Rate(value); }

    /// <summary>How many publishes store their event twice, from 0 to 1.</summary>
    /// <value>The default is 0.</value>
    public double Duplicates { get; init => field = Rate(value); }

    /// <summary>How many receives fail, so that the bus has to open a new consumer, from 0 to 1.</summary>
    /// <value>The default is 0.</value>
    public double ReceiveErrors { get; init => field = Rate(value); }

    /// <summary>How many receives hand out events of different keys in another order, from 0 to 1.</summary>
    /// <value>The default is 0.</value>
    public double Reorderings { get; init => field = Rate(value); }

    /// <summary>How many publishes and receives take longer, from 0 to 1.</summary>
    /// <value>The default is 0.</value>
    public double Delays { get; init => field = Rate(value); }

    /// <summary>The longest of the delays, which are drawn too.</summary>
    /// <value>The default is 20 ms.</value>
    public TimeSpan LongestDelay { get; init => field = Span(value); } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many publishes and receives find the broker cut off for a while, from 0 to 1.</summary>
    /// <value>The default is 0.</value>
    public double Cuts { get; init => field = Rate(value); }

    /// <summary>The longest of the cuts, whose lengths are drawn too.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan LongestCut { get; init => field = Span(value); } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long publishing waits for a broker that is cut off.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan PublishTimeout { get; init => field = Span(value); } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the broker is cut off now.</summary>
    public bool IsCut => Connection.IsCut;

    /// <summary>What has been injected so far, in its order, without the cuts by hand.</summary>
    public IReadOnlyList<InjectedFault> Injected
    {
        get
        {
            lock (_lock)
            {
                return [.. _injected];
            }
        }
    }

    internal Connection Connection { get; } = new();

    /// <summary>A part of the names of topics and groups that differs from run to run, and must not change what is drawn for them.</summary>
    internal string? RandomPrefix { get; init; }

    /// <summary>
    /// Cuts the broker off until <see cref="Restore"/>. Publishing waits, and fails at its time-out. Consumers are thrown out: what they
    /// settle from now on is lost, and comes again. Opening a consumer, reading, seeking and asking for the lag fail.
    /// </summary>
    public void Cut() => Connection.Cut();

    /// <summary>Lets the broker be reached again; without effect where it can be.</summary>
    public void Restore() => Connection.Restore();

    /// <summary>Puts the faults in front of a transport. What it can do besides carrying events, the result can do too.</summary>
    /// <param name="transport">The transport; the result owns it and disposes it.</param>
    /// <param name="timeProvider">The clock of delays, cuts and time-outs; null for the system's.</param>
    public IEventTransport Wrap(IEventTransport transport, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var time = timeProvider ?? TimeProvider.System;
        return transport switch
        {
            ISeekableTransport and ILagTransport => new SeekableLagFaultTransport(transport, this, time),
            ISeekableTransport => new SeekableFaultTransport(transport, this, time),
            ILagTransport => new LagFaultTransport(transport, this, time),
            _ => new FaultInjectingTransport(transport, this, time),
        };
    }

    internal DrawnFaults Next(string streamName)
    {
        streamName = RandomPrefix is null ? streamName : streamName.Replace(RandomPrefix, null, StringComparison.Ordinal);
        lock (_lock)
        {
            if (!_streams.TryGetValue(streamName, out var stream))
            {
                _streams.Add(streamName, stream = new FaultStream(this, streamName));
            }

            return stream.Next();
        }
    }

    internal void Note(in DrawnFaults faults, FaultKind kind)
    {
        lock (_lock)
        {
            _injected.Add(new InjectedFault(faults.Stream, faults.Operation, kind));
        }
    }

    private static double Rate(double value) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A rate is between 0 and 1.");

    private static TimeSpan Span(TimeSpan value) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A time is not negative.");
}
