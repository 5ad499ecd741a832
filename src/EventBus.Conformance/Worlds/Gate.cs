namespace EventBus.Conformance.Worlds;

/// <summary>Holds handlers until the test lets them go.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => _open.Task.IsCompleted;

    public void Open() => _open.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken) => _open.Task.WaitAsync(cancellationToken);

    /// <summary>Waits whatever else happens, as a handler does that ignores its token.</summary>
    public Task WaitRegardlessAsync() => _open.Task;
}
