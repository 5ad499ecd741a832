using System.Diagnostics;

namespace EventBus.Tests.Support;

/// <summary>Awaits what nothing tells of, by looking again and again.</summary>
internal static class Eventually
{
    public static async Task ThatAsync(Func<bool> condition, string what)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition();)
        {
            if (Stopwatch.GetElapsedTime(start) > TestBus.Deadline)
            {
                throw new UnreachableException($"Waited in vain for: {what}");
            }

            await Task.Yield();
        }
    }
}
