namespace EventBus.Tests.Support;

/// <summary>
/// Lets virtual time go on as the system's clock does, in small steps: no more than one of them passes while the machine stands still, so
/// what has a second of virtual time to happen in has had about a second of the machine's.
/// </summary>
internal static class Pace
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>Lets some time pass.</summary>
    public static async Task PassAsync(this VirtualTime time, TimeSpan length)
    {
        for (var end = time.Now + length; time.Now < end;)
        {
            await time.StepAsync();
        }
    }

    /// <summary>Lets time pass until something has ended.</summary>
    public static async Task PassUntilAsync(this VirtualTime time, Task ends)
    {
        while (!ends.IsCompleted)
        {
            await time.StepAsync();
        }

        await ends;
    }

    /// <inheritdoc cref="PassUntilAsync(VirtualTime, Task)"/>
    /// <returns>What it ended with.</returns>
    public static async Task<T> PassUntilAsync<T>(this VirtualTime time, Task<T> ends)
    {
        await time.PassUntilAsync((Task)ends);
        return await ends;
    }

    private static async Task StepAsync(this VirtualTime time)
    {
        await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        time.Advance(Step);
    }
}
