using EventBus;

namespace FundTransfer;

/// <summary>Books a transfer in two writes, with nothing that tells it apart: what happens in between stays half done.</summary>
internal sealed class BookCarelessly(Ledger ledger, Trouble trouble, Tally tally) : IEventHandler<TransferRequested>
{
    public async ValueTask HandleAsync(TransferRequested transfer, EventContext context, CancellationToken cancellationToken)
    {
        var (group, attempt) = (context.Subscription, context.Attempt);
        tally.Add(group, What.Begun);
        ledger.Add(transfer.From, -transfer.Cents);
        await trouble.MayStrikeAsync(transfer, attempt, group, What.ThrewHalfWay, cancellationToken);
        ledger.Add(transfer.To, transfer.Cents);
        tally.Add(group, What.Booked);
        await trouble.MayStrikeAsync(transfer, attempt, group, What.ThrewAtTheEnd, cancellationToken);
    }
}
