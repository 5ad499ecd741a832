using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace FundTransfer;

/// <summary>The contract that publishers and members share.</summary>
internal static class Wiring
{
    public static EventBusBuilder AddTransfers(this EventBusBuilder bus) => bus.Event<TransferRequested>(
        "transfer.requested", topic: "transfers", key: transfer => transfer.From.ToString(CultureInfo.InvariantCulture));
}
