namespace EventBus.Testing.Faults;

/// <summary>The draws of one stream of operations. Every operation draws the same number of them, so that no rate moves another's.</summary>
internal sealed class FaultStream(FaultPlan plan, string name)
{
    private readonly Random _random = new(Seed(plan.Seed, name));
    private int _operation;

    public DrawnFaults Next() => new(
        name,
        ++_operation,
        PublishError: Draw(plan.PublishErrors),
        LostAcknowledgement: Draw(plan.LostAcknowledgements),
        Duplicate: Draw(plan.Duplicates),
        ReceiveError: Draw(plan.ReceiveErrors),
        ReorderingSeed: Draw(plan.Reorderings, _random.Next()),
        Delay: Draw(plan.Delays, plan.LongestDelay * _random.NextDouble()),
        Cut: Draw(plan.Cuts, plan.LongestCut * _random.NextDouble()),
        Part: _random.NextDouble());

    private bool Draw(double rate) => _random.NextDouble() < rate;

    private T? Draw<T>(double rate, T value)
        where T : struct => Draw(rate) ? value : null;

    // FNV-1a: the runtime's own hash of a string differs from run to run.
    private static int Seed(int seed, string name)
    {
        var hash = 2_166_136_261u ^ (uint)seed;
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 16_777_619u;
        }

        return (int)hash;
    }
}
