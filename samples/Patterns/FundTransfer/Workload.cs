namespace FundTransfer;

/// <summary>What is asked for, made from a seed so that every run asks for the same, and what has to come of it.</summary>
internal sealed class Workload
{
    public const int Accounts = 100;
    public const int Transfers = 10_000;
    public const int DuplicatePercent = 30;
    public const long OpeningCents = 1_000_000;
    private const int Seed = 7;
    private const int MaxCents = 10_000;

    public Workload()
    {
        var random = new Random(Seed);
        Requests = [.. Enumerable.Range(0, Transfers).Select(number =>
        {
            var from = random.Next(Accounts);
            var to = (from + 1 + random.Next(Accounts - 1)) % Accounts;
            return new TransferRequested(number, from, to, 1 + random.Next(MaxCents));
        })];
        Twice = Requests.Where(_ => random.Next(100) < DuplicatePercent).Select(request => request.Number).ToHashSet();
        Expected = Ledger.Opening();
        foreach (var request in Requests)
        {
            Expected[request.From] -= request.Cents;
            Expected[request.To] += request.Cents;
        }
    }

    public IReadOnlyList<TransferRequested> Requests { get; }

    /// <summary>The numbers of the transfers that are asked for twice.</summary>
    public IReadOnlySet<int> Twice { get; }

    /// <summary>The balances when each transfer is booked once.</summary>
    public long[] Expected { get; }
}
