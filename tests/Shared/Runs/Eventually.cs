namespace EventBus.Shared.Runs;

/// <summary>Waits for what nobody tells of, by looking again.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> condition, Func<string> what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition().Within())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Scale.Deadline)
            {
                Assert.Fail($"Waited {Scale.Deadline} for {what()}");
            }

            await Task.Delay(s_pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
