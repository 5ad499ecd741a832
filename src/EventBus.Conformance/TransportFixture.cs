namespace EventBus.Conformance;

/// <summary>
/// What a transport's test project tells the suite about its transport: what it can do, and how to make a world of it. One object
/// serves all tests of a class, so a server that the transport needs is started in <see cref="InitializeAsync"/> or, better, in a
/// fixture of the assembly. A server that is not there has to fail the run; it never turns tests silently green.
/// </summary>
public abstract class TransportFixture : IAsyncLifetime
{
    /// <summary>What the transport can do. A test that needs more is skipped, and says so.</summary>
    /// <value>The default is everything.</value>
    public virtual TransportCapabilities Capabilities { get; } = new();

    /// <summary>How long a test waits for a condition, or for the next event of many to be handled, before it fails.</summary>
    /// <value>The default is 30 seconds, for slow and busy machines; no test waits for it to pass.</value>
    public virtual TimeSpan Deadline => TimeSpan.FromSeconds(30);

    /// <summary>Makes a world of a test's own: no topic, group or event of another test is to be seen in it.</summary>
    /// <param name="options">How the test wants it.</param>
    public abstract ValueTask<TransportWorld> CreateWorldAsync(WorldOptions options);

    /// <summary>Called by xunit before the first test of a class.</summary>
    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Called by xunit after the last test of a class.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
