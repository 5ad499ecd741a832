using System.Diagnostics;

namespace DeadLettersSample;

/// <summary>Prints what happens, and keeps whether it was what should have happened.</summary>
internal sealed class Story
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private readonly Lock _lock = new();
    private int _failures;
    private int _alerts;

    public int Alerts => Volatile.Read(ref _alerts);

    public void Title(string text) => Print($"{Environment.NewLine}{text}");

    public void Say(string text) => Print($"   {text}");

    public void Alert(string text)
    {
        Print($"   (!) {text}");
        Interlocked.Increment(ref _alerts);
    }

    public void Expect(string what, bool holds)
    {
        _failures += holds ? 0 : 1;
        Print($"   {(holds ? "ok" : "DID NOT HOLD")}: {what}");
    }

    public Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
            {
                Expect($"it happens within {Deadline}", holds: false);
                return;
            }

            await Task.Delay(Look, TimeProvider.System);
        }
    }

    /// <returns>The process's exit code.</returns>
    public int End()
    {
        Print($"{Environment.NewLine}{(_failures == 0 ? "All of it held." : $"{_failures} did not hold.")}");
        return _failures == 0 ? 0 : 1;
    }

    private void Print(string line)
    {
        lock (_lock)
        {
            Console.WriteLine(line);
        }
    }
}
