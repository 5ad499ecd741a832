namespace EventBus.Shared.Runs;

/// <summary>How large the runs are: <c>EVENTBUS_TEST_SCALE=full</c> makes them as large as they are meant to be; else they are quick.</summary>
internal static class Scale
{
    private static readonly bool s_isFull = Environment.GetEnvironmentVariable("EVENTBUS_TEST_SCALE") switch
    {
        "full" => true,
        null or "" or "quick" => false,
        var other => throw new InvalidOperationException($"EVENTBUS_TEST_SCALE is '{other}'; it may be 'full' or 'quick'."),
    };

    /// <summary>How long a run may take at most.</summary>
    public static TimeSpan Deadline { get; } = s_isFull ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(2);

    public static T Of<T>(T quick, T full) => s_isFull ? full : quick;
}
