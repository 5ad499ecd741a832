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
        if (StressOption.Copies > 0)
        {
            // A runner shows the output of a test that passed only when it is told to; who asks for stress wants to see the figures.
            await Console.Out.WriteLineAsync(summary);
        }

        Assert.True(result.Failures.Count == 0, summary);
        Assert.True(result.Passed > copies, summary);
    }
}
