using EventBus.Conformance.Catalog;

namespace EventBus.InMemory.Tests;

/// <summary>The whole suite as often as <c>EVENTBUS_STRESS</c> says, all copies at once in this process; once where it says nothing.</summary>
public sealed class StressTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Suite_ManyCopiesAtOnce_Passes()
    {
        var start = TimeProvider.System.GetTimestamp();
        var copies = Math.Max(StressOption.Copies, 1);
        var result = await ConformanceStress.RunAsync(typeof(StressTests).Assembly, copies);
        var summary = $"{copies} copies of the suite at once, {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s: {result}";

        output.WriteLine(summary);
        TestContext.Current.SendDiagnosticMessage(summary);
        Assert.True(result.Failures.Count == 0, summary);
        Assert.True(result.Passed > copies, summary);
    }
}
