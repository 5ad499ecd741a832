namespace EventBus.Consuming;

/// <summary>How long a failed delivery waits before it is tried again: doubling from a tenth of a second to half a minute.</summary>
internal static class RetryPause
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static TimeSpan After(int attempts)
    {
        var doublings = Math.Min(Math.Max(attempts - 1, 0), 16);
        var pause = First * (1 << doublings);
        return pause < Longest ? pause : Longest;
    }
}
