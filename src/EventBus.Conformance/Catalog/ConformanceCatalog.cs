using System.Reflection;

namespace EventBus.Conformance.Catalog;

/// <summary>The classes of the suite, and which of them a transport's test project has leaves for.</summary>
public static class ConformanceCatalog
{
    /// <summary>The abstract classes that a transport passes; each takes the transport's fixture as its type argument.</summary>
    public static IReadOnlyList<Type> Suite { get; } =
        [.. typeof(ConformanceCatalog).Assembly.GetExportedTypes().Where(IsSuiteClass).OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>Tells which leaves a transport's test project lacks: for each of its fixtures, one class a class of the suite.</summary>
    /// <returns>A line for each lack; empty if there is none. A project without a fixture lacks everything.</returns>
    public static IReadOnlyList<string> MissingLeaves(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return MissingLeaves(assembly.GetTypes());
    }

    /// <inheritdoc cref="MissingLeaves(Assembly)"/>
    /// <param name="types">The types of the project.</param>
    public static IReadOnlyList<string> MissingLeaves(IEnumerable<Type> types)
    {
        var concrete = types.Where(type => type is { IsAbstract: false, ContainsGenericParameters: false }).ToArray();
        var fixtures = concrete.Where(type => type.IsSubclassOf(typeof(TransportFixture))).ToArray();
        var covered = concrete.Select(SuiteClassOf).OfType<Type>().ToHashSet();
        return fixtures.Length == 0
            ? ["There is no TransportFixture: derive one, and a leaf from each class of the suite."]
            : [.. from fixture in fixtures
                  from suite in Suite
                  where !covered.Contains(suite.MakeGenericType(fixture))
                  let name = suite.Name[..suite.Name.IndexOf('`', StringComparison.Ordinal)]
                  select $"{fixture.Name} lacks a leaf: public sealed class {fixture.Name}_{name}({fixture.Name} fixture) "
                      + $": {name}<{fixture.Name}>(fixture);"];
    }

    /// <summary>The closed class of the suite that a leaf derives from; null for any other type.</summary>
    internal static Type? SuiteClassOf(Type? type)
    {
        while (type is not null && !(type.IsGenericType && Suite.Contains(type.GetGenericTypeDefinition())))
        {
            type = type.BaseType;
        }

        return type;
    }

    private static bool IsSuiteClass(Type type) =>
        type is { IsAbstract: true, IsGenericTypeDefinition: true, BaseType.IsGenericType: true }
        && type.BaseType.GetGenericTypeDefinition() == typeof(ConformanceTests<>);
}
