using Shop.Demo;

namespace EventBus.Samples.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_EverythingWorks_ShowsEveryHopAndEndsWithZero()
    {
        var (exitCode, output, _) = await RunAsync();

        Assert.Equal(0, exitCode);
        foreach (var stage in new[] { "request", "event", "handler", "notification", "analytics" })
        {
            Assert.Equal(4, output.Split('\n').Count(line => line.StartsWith($"  {stage} ", StringComparison.Ordinal)));
        }

        AssertReadable(output);
    }

    [Theory]
    [InlineData("notification-analytics", "analytics (notification-analytics)", 4)]
    [InlineData("user-handler", "handler (user-handler)", 2)]
    public async Task Demo_SubscriptionRemoved_NamesTheMissingHopAndFails(string subscription, string hop, int times)
    {
        var (exitCode, output, _) = await RunAsync("--break", subscription, "--deadline", "6");

        Assert.Equal(1, exitCode);
        Assert.Equal(times, output.Split('\n').Count(line => line.StartsWith($"Missing hop: {hop}", StringComparison.Ordinal)));
        AssertReadable(output);
    }

    [Theory]
    [InlineData("--nonsense", "--nonsense")]
    [InlineData("--deadline soon", "soon")]
    [InlineData("--break nobody", "nobody")]
    [InlineData("--transport pigeon", "memory")]
    [InlineData("--break", "--break")]
    public async Task Demo_WrongCommandLine_SaysHowItShouldBe(string arguments, string named)
    {
        var (exitCode, _, error) = await RunAsync(arguments.Split(' '));

        Assert.Equal(2, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Contains("Exit code", error, StringComparison.Ordinal);
    }

    private static void AssertReadable(string output)
    {
        Assert.DoesNotContain('\u001b', output);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, $"More than 100 columns: {line}"));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await DemoCommand.RunAsync(args, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
