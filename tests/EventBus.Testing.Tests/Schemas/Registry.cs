using EventBus.Testing.Schemas;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Testing.Tests.Schemas;

/// <summary>A folder of schemas, and the changes that tests make to a contract.</summary>
internal sealed class Registry : IDisposable
{
    public const string Contract = "thing.happened";

    public string Folder { get; } = Directory.CreateTempSubdirectory("eventbus-schemas-").FullName;

    public string File(int version) => Path.Combine(Folder, $"{Contract}.v{version}.json");

    public IReadOnlyList<string> Accept(Action<EventBusBuilder> configure) => With(configure, registry => registry.Accept());

    public Registry Accepted<T>(int version)
        where T : notnull
    {
        Accept(bus => bus.Event<T>(Contract, version: version));
        return this;
    }

    public IReadOnlyList<SchemaBreak> Breaks(SchemaCompatibility compatibility, Action<EventBusBuilder> configure) =>
        With(configure, registry => Record.Exception(() => registry.Check(compatibility)) switch
        {
            null => [],
            SchemaCompatibilityException exception => exception.Breaks,
            var other => throw other,
        });

    /// <summary>What breaks where one type follows another as the next version, which reads the data as it is.</summary>
    public static IReadOnlyList<SchemaBreak> Breaks<TOld, TNew>(SchemaCompatibility compatibility)
        where TOld : notnull
        where TNew : notnull
    {
        using var registry = new Registry();
        registry.Accepted<TOld>(1).Accepted<TNew>(2);
        return registry.Breaks(compatibility, bus => bus.Event<TNew>(Contract, version: 2).Upcast(Contract, from: 1));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private T With<T>(Action<EventBusBuilder> configure, Func<SchemaRegistry, T> action)
    {
        var services = new ServiceCollection();
        services.AddEventBus(configure);
        using var provider = services.BuildServiceProvider();
        return action(new SchemaRegistry(provider, Folder));
    }
}
