using System.Reflection;
using System.Runtime.ExceptionServices;
using Xunit.Sdk;
using Xunit.v3;

namespace EventBus.Conformance.Catalog;

/// <summary>Runs the whole suite several times over at once in one process: what only fails under load, or beside others, shows.</summary>
public static class ConformanceStress
{
    /// <summary>Runs every leaf of a test project; all leaves of all copies run at once, the tests of a leaf one after the other.</summary>
    /// <param name="assembly">The transport's test project.</param>
    /// <param name="copies">How many times over.</param>
    /// <param name="createFixture">Makes a fixture; null for fixtures that have a constructor without parameters.</param>
    public static async Task<StressResult> RunAsync(Assembly assembly, int copies, Func<Type, TransportFixture>? createFixture = null)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        createFixture ??= type => (TransportFixture)Activator.CreateInstance(type)!;
        var leaves = assembly.GetTypes().Where(type => !type.IsAbstract && ConformanceCatalog.SuiteClassOf(type) is not null).ToArray();
        var runs = from copy in Enumerable.Range(1, copies)
                   from leaf in leaves
                   select Task.Run(() => RunLeafAsync(copy, leaf, createFixture));
        var results = await Task.WhenAll(runs);
        return new StressResult(
            results.Sum(result => result.Passed),
            results.Sum(result => result.Skipped),
            [.. results.SelectMany(result => result.Failures)],
            results.Select(result => result.Slowest).MaxBy(slowest => slowest.Time));
    }

    private static async Task<StressResult> RunLeafAsync(int copy, Type leaf, Func<Type, TransportFixture> createFixture)
    {
        var passed = 0;
        var skipped = 0;
        var failures = new List<string>();
        (string Test, TimeSpan Time) slowest = default;
        var fixture = createFixture(ConformanceCatalog.SuiteClassOf(leaf)!.GetGenericArguments()[0]);
        await fixture.InitializeAsync();
        foreach (var (test, arguments) in Tests(leaf))
        {
            var name = $"copy {copy}: {leaf.Name}.{test.Name}({string.Join(", ", arguments)})";
            var start = TimeProvider.System.GetTimestamp();
            try
            {
                await RunTestAsync(leaf, fixture, test, arguments);
                passed++;
            }
            catch (SkipException)
            {
                skipped++;
            }
            // A test may end by any exception, and each is a failure of that test alone.
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"{name}: {exception}");
            }

            var time = TimeProvider.System.GetElapsedTime(start);
            slowest = time > slowest.Time ? (name, time) : slowest;
        }

        await fixture.DisposeAsync();
        return new StressResult(passed, skipped, failures, slowest);
    }

    private static IEnumerable<(MethodInfo Test, object?[] Arguments)> Tests(Type leaf)
    {
        foreach (var test in leaf.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
        {
            var rows = test.GetCustomAttributes<InlineDataAttribute>().ToArray();
            foreach (var arguments in rows.Length == 0 ? [[]] : rows.Select(row => row.Data))
            {
                yield return (test, arguments);
            }
        }
    }

    private static async Task RunTestAsync(Type leaf, TransportFixture fixture, MethodInfo test, object?[] arguments)
    {
        await using var instance = (IAsyncDisposable)Activator.CreateInstance(leaf, fixture)!;
        try
        {
            if (test.Invoke(instance, arguments) is Task running)
            {
                await running;
            }
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }
    }
}
