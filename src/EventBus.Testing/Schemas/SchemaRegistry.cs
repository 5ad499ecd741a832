using EventBus.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Testing.Schemas;

/// <summary>
/// The JSON schemas of the registered events, kept as files beside the code, one a version of a contract
/// (<c>payment.made.v2.json</c>), so that a change of a contract is seen in review, and one that breaks somebody fails a test.
/// </summary>
/// <remarks>
/// The files of versions that are not registered any more stay: their events are still in the logs. Each version is checked against
/// every other one of its contract, and every registered one against its own file.
/// </remarks>
public sealed class SchemaRegistry
{
    /// <summary>The environment variable that makes <see cref="Check"/> accept the present schemas first, if it is <c>1</c>.</summary>
    public const string AcceptVariable = "EVENTBUS_ACCEPT_SCHEMAS";

    private readonly EventCatalog _catalog;
    private readonly SchemaExport _export;
    private readonly SchemaFolder _folder;

    /// <summary>A registry of the events that an application registers.</summary>
    /// <param name="services">Services with <c>AddEventBus</c>; the bus need not be started.</param>
    /// <param name="folder">
    /// Where the files are. A relative path is looked for from the program's own folder upwards, so that a test finds it in its
    /// repository; the folder has to be there.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="EventBusException">The bus serializes with another format than JSON.</exception>
    public SchemaRegistry(IServiceProvider services, string folder)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _catalog = services.GetRequiredService<EventCatalog>();
        _export = new SchemaExport(_catalog);
        _folder = SchemaFolder.Find(folder);
    }

    /// <summary>Compares all versions of the contracts, and the registered ones with their files.</summary>
    /// <param name="compatibility">What to hold different versions to. A published version itself is always held to both.</param>
    /// <param name="contract">The contract to check; null for all that are registered.</param>
    /// <exception cref="SchemaCompatibilityException">There are breaks, or files that have not been accepted; it lists them all.</exception>
    /// <exception cref="OptionsValidationException">The wiring of the events is wrong; it lists every mistake.</exception>
    public void Check(SchemaCompatibility compatibility = SchemaCompatibility.Backward, string? contract = null)
    {
        if (_catalog.Problems().ToList() is { Count: > 0 } problems)
        {
            throw new OptionsValidationException("EventBus", typeof(EventBusOptions), problems);
        }

        if (Environment.GetEnvironmentVariable(AcceptVariable) is "1")
        {
            Accept(contract);
        }

        List<SchemaBreak> breaks = [];
        foreach (var versions in Registered(contract).ToLookup(definition => definition.Name).OrderBy(versions => versions.Key, StringComparer.Ordinal))
        {
            var check = new ContractCheck(versions.Key, _catalog, [.. versions.Select(_export.SchemaOf)], _folder.Read(versions.Key));
            breaks.AddRange(check.Breaks(compatibility));
        }

        if (breaks.Count > 0)
        {
            throw new SchemaCompatibilityException(breaks);
        }
    }

    /// <summary>Writes the files of the registered events as they are now, to be reviewed and kept with the code.</summary>
    /// <param name="contract">The contract to accept; null for all that are registered.</param>
    /// <returns>The files that are new or changed.</returns>
    public IReadOnlyList<string> Accept(string? contract = null) =>
        [.. Registered(contract).Select(definition => _folder.Write(_export.SchemaOf(definition))).OfType<string>()];

    private IEnumerable<EventDefinition> Registered(string? contract) =>
        _catalog.Definitions.Where(definition => contract is null || definition.Name == contract);
}
