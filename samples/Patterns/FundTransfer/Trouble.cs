namespace FundTransfer;

/// <summary>What goes wrong inside a handler: it throws by a plan, it takes its time, and it ends in the middle when its member dies.</summary>
internal sealed class Trouble(Tally tally, Func<bool> isDead)
{
    private const int ThrowPercent = 3;
    private const int SlowPercent = 20;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(5);

    /// <summary>A point in a handler at which something may happen.</summary>
    /// <param name="transfer">The transfer.</param>
    /// <param name="attempt">The number of the attempt: another attempt has another fate.</param>
    /// <param name="group">Whose handler it is.</param>
    /// <param name="what">Which point it is: what is counted when the handler throws here.</param>
    /// <param name="cancellationToken">The handler's token.</param>
    public async Task MayStrikeAsync(
        TransferRequested transfer, int attempt, string group, What what, CancellationToken cancellationToken)
    {
        var fate = new Random(HashOf(transfer.Number, attempt, (int)what)).Next(100);
        if (fate < SlowPercent)
        {
            await Task.Delay(Slow, TimeProvider.System, CancellationToken.None);
        }

        if (isDead())
        {
            // A dead process does nothing more, and nobody hears of it.
            tally.Add(group, What.DiedWithItsMember);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        if (fate < ThrowPercent)
        {
            tally.Add(group, what);
            throw new InvalidOperationException($"{transfer.TransferId} hit trouble: {what}.");
        }
    }

    private static int HashOf(int number, int attempt, int point) => unchecked((number * 31_337) + (attempt * 7_919) + point);
}
