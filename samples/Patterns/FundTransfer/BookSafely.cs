using EventBus;

namespace FundTransfer;

/// <summary>Books a transfer in one transaction: its id, the debit and the credit.</summary>
internal sealed class BookSafely(Ledger ledger, Trouble trouble, Tally tally) : IEventHandler<TransferRequested>
{
    public async ValueTask HandleAsync(TransferRequested transfer, EventContext context, CancellationToken cancellationToken)
    {
        var (group, attempt) = (context.Subscription, context.Attempt);
        tally.Add(group, What.Begun);
        List<(int Account, long Cents)> transaction = [(transfer.From, -transfer.Cents)];
        await trouble.MayStrikeAsync(transfer, attempt, group, What.ThrewHalfWay, cancellationToken);
        transaction.Add((transfer.To, transfer.Cents));
        tally.Add(group, ledger.Commit(transfer.TransferId, transaction) ? What.Booked : What.RefusedByTheLedger);
        await trouble.MayStrikeAsync(transfer, attempt, group, What.ThrewAtTheEnd, cancellationToken);
    }
}
