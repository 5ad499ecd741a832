namespace FundTransfer;

/// <summary>The bank's database: balances, and the transfers that are booked, by their ids. It outlives every member of the bus.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly long[] _cents = Opening();
    private readonly HashSet<string> _booked = new(StringComparer.Ordinal);

    public static long[] Opening() => [.. Enumerable.Repeat(Workload.OpeningCents, Workload.Accounts)];

    public long[] Balances()
    {
        lock (_lock)
        {
            return [.. _cents];
        }
    }

    public bool IsBooked(string transferId)
    {
        lock (_lock)
        {
            return _booked.Contains(transferId);
        }
    }

    /// <summary>One write by itself, as a program does that knows no transactions.</summary>
    public void Add(int account, long cents)
    {
        lock (_lock)
        {
            _cents[account] += cents;
        }
    }

    /// <summary>The writes of a transaction and the id that they belong to: all of it, or nothing where the id is booked.</summary>
    /// <returns>Whether the id was new: what a primary key of the table of booked transfers sees to.</returns>
    public bool Commit(string transferId, IEnumerable<(int Account, long Cents)> writes)
    {
        lock (_lock)
        {
            if (!_booked.Add(transferId))
            {
                return false;
            }

            foreach (var (account, cents) in writes)
            {
                _cents[account] += cents;
            }

            return true;
        }
    }
}
