using System.Globalization;

namespace EventBus.InMemory.Tests;

/// <summary>How many copies of the suite the stress test runs at once: the environment variable <c>EVENTBUS_STRESS</c>.</summary>
internal static class StressOption
{
    public const string Variable = "EVENTBUS_STRESS";

    /// <value>0 where it is not set.</value>
    public static int Copies { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var copies) ? copies : 0;
}
