using System.Globalization;

namespace EventBus.Testing.Running;

/// <summary>Cuts an attempt at handling into steps: its start, and each continuation behind an await.</summary>
internal sealed class StepContext(Conductor conductor, Work work, string attempt) : SynchronizationContext
{
    private int _steps;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        var context = ExecutionContext.Capture();
        var order = string.Create(CultureInfo.InvariantCulture, $"handle {attempt} step {Interlocked.Increment(ref _steps):D6}");
        conductor.Add(new Candidate(order, work, () =>
        {
            if (context is null)
            {
                Run(d, state);
            }
            else
            {
                ExecutionContext.Run(context, _ => Run(d, state), null);
            }
        }));
    }

    /// <summary>Runs a handler in steps, from its start on.</summary>
    /// <returns>Completes when the handler has ended, on no context.</returns>
    public Task RunAsync(Func<ValueTask> handler)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            _ =>
            {
                work.BeginAttempt();
                _ = CompleteAsync(handler, done);
            },
            null);
        return done.Task;
    }

    // On the context, so that the end is a part of a step too; the work is known to go on before the step ends.
    private async Task CompleteAsync(Func<ValueTask> handler, TaskCompletionSource done)
    {
        try
        {
            await handler().ConfigureAwait(true);
            work.EndAttempt();
            done.SetResult();
        }
        catch (Exception exception)
        {
            work.EndAttempt();
            done.SetException(exception);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    private void Run(SendOrPostCallback d, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            d(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
