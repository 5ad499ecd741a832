namespace EventBus.Shared;

/// <summary>How long a test waits for what has to happen before it fails.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Default = TimeSpan.FromMinutes(3);

    public static Task Within(this Task task) => task.WaitAsync(Default, TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Default, TestContext.Current.CancellationToken);
}
