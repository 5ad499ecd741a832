using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.InMemory.Tests;

internal sealed class InMemoryWorld(InMemoryOptions options) : TransportWorld
{
    private readonly InMemoryBroker _broker = new(options);

    public override int Partitions => options.Partitions;

    public override void Configure(EventBusBuilder bus) => bus.UseInMemory(_broker);

    public override ValueTask KillAsync(Member member)
    {
        foreach (var group in member.Groups)
        {
            _broker.Evict(group, member.Name);
        }

        return ValueTask.CompletedTask;
    }
}
