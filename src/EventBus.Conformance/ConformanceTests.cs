using EventBus.Conformance.Catalog;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>What all classes of the suite have in common. Derive from the abstract classes of the suite, not from this one.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
/// <param name="fixture">The transport under test.</param>
public abstract class ConformanceTests<TFixture>(TFixture fixture) : IClassFixture<TFixture>, IAsyncDisposable
    where TFixture : TransportFixture
{
    private readonly List<World> _worlds = [];

    private protected TransportCapabilities Can => fixture.Capabilities;

    /// <summary>Fails where this transport's test project has forgotten a class of the suite; each class of the suite tells.</summary>
    [Fact]
    public void Suite_LeavesOfTheTransport_AreComplete()
    {
        var missing = ConformanceCatalog.MissingLeaves(GetType().Assembly);
        Assert.True(missing.Count == 0, string.Join(Environment.NewLine, missing));
    }

    /// <summary>Ends the worlds of the test.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var world in _worlds)
        {
            await world.DisposeAsync();
        }
    }

    private protected async Task<World> NewWorldAsync(WorldOptions? options = null)
    {
        options ??= new WorldOptions();
        if (options.Partitions > Can.MaxPartitions)
        {
            options = options with { Partitions = Can.MaxPartitions };
        }

        var world = new World(await fixture.CreateWorldAsync(options), fixture.Deadline, Can.KeyOrder);
        _worlds.Add(world);
        return world;
    }

    private protected static void Needs(bool capability, string name) =>
        Assert.SkipUnless(capability, $"The transport declares that it cannot: {name}.");
}
