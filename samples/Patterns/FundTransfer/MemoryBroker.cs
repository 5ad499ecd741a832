using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace FundTransfer;

/// <summary>In memory: what the buses of one process can share.</summary>
internal sealed class MemoryBroker : IBroker
{
    private readonly InMemoryBroker _broker = new(new InMemoryOptions { Partitions = 8 });

    public void Carry(EventBusBuilder bus, string member) => bus.UseInMemory(_broker);

    public void CutOff(string member)
    {
        foreach (var group in Groups.All)
        {
            _broker.Evict(group, member);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
