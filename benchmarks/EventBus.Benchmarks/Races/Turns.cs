namespace EventBus.Benchmarks.Races;

/// <summary>The same work done by all sides in turns, so that whatever else the machine does hits all of them.</summary>
internal static class Turns
{
    /// <param name="starts">Starts each side.</param>
    /// <param name="warmUps">How many rounds come first and do not count.</param>
    /// <param name="rounds">How many count.</param>
    /// <param name="run">One round of one side.</param>
    /// <returns>The rounds of each side, in the order of the sides.</returns>
    public static async Task<IReadOnlyList<TResult[]>> RunAsync<TSide, TResult>(
        IEnumerable<Func<Task<TSide>>> starts, int warmUps, int rounds, Func<TSide, Task<TResult>> run)
        where TSide : IAsyncDisposable
    {
        var sides = new List<TSide>();
        try
        {
            foreach (var start in starts)
            {
                sides.Add(await start());
            }

            var results = Array.ConvertAll(new int[sides.Count], _ => new List<TResult>());
            for (var round = 0; round < warmUps + rounds; round++)
            {
                // Each goes first in its turn.
                for (var turn = 0; turn < sides.Count; turn++)
                {
                    var next = (round + turn) % sides.Count;
                    results[next].Add(await run(sides[next]));
                }
            }

            return [.. results.Select(list => list.Skip(warmUps).ToArray())];
        }
        finally
        {
            foreach (var side in sides)
            {
                await side.DisposeAsync();
            }
        }
    }
}
