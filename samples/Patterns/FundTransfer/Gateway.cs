using System.Globalization;
using EventBus;
using EventBus.Idempotency;
using Microsoft.Extensions.DependencyInjection;

namespace FundTransfer;

/// <summary>Takes requests in and publishes them: some twice, as a client does that pressed the button again or lost its answer.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private const int Publishers = 4;
    private readonly ServiceProvider _services;

    public Gateway(IBroker broker)
    {
        var services = new ServiceCollection();
        services.AddEventBus(bus =>
        {
            broker.Carry(bus, nameof(Gateway));
            bus.AddTransfers();
        });
        _services = services.BuildServiceProvider();
    }

    /// <summary>The transport's own, or else one in memory, in the place of one that the bank's processes would share.</summary>
    public IIdempotencyStore Store => _services.GetRequiredService<IIdempotencyStore>();

    public Task PublishAsync(Workload workload) => Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
    {
        foreach (var transfer in workload.Requests.Where(transfer => transfer.Number % Publishers == publisher))
        {
            var id = new EventIdentity(Guid.CreateVersion7());
            await PublishAsync(transfer, id, transfer.From);
            if (workload.Twice.Contains(transfer.Number))
            {
                // Every other one under another event id. By way of the other account it goes to another member, at the same time.
                await PublishAsync(transfer, transfer.Number % 2 == 0 ? id : Guid.CreateVersion7(), transfer.To);
            }
        }
    })));

    /// <summary>How many requests a group has yet to settle.</summary>
    public async Task<long> LagAsync(string group) =>
        (await _services.GetRequiredService<IEventLog>().GetLagAsync(group)).Sum(partition => partition.Count);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task PublishAsync(TransferRequested transfer, EventIdentity id, int key) =>
        await _services.GetRequiredService<IEventPublisher>().PublishAsync(
            transfer, new PublishOptions { Id = id, Key = key.ToString(CultureInfo.InvariantCulture) });
}
