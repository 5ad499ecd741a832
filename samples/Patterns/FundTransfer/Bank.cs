using EventBus.Idempotency;

namespace FundTransfer;

/// <summary>What the members share, as they would share servers: the broker, the idempotency store, a database for each group.</summary>
internal sealed record Bank(IBroker Broker, IIdempotencyStore Store, Tally Tally)
{
    public IReadOnlyDictionary<string, Ledger> Ledgers { get; } =
        Groups.All.ToDictionary(group => group, _ => new Ledger(), StringComparer.Ordinal);
}
