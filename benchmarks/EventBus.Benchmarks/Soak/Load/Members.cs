using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>The members of a group. Now and then the oldest leaves, and another joins.</summary>
internal sealed class Members(SoakBuses buses, string group, Ledger ledger)
{
    private readonly Queue<ServiceProvider> _members = new();

    public string Group => group;

    public Ledger Ledger => ledger;

    public async Task StartAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await JoinAsync();
        }
    }

    public Task LeaveAsync() => SoakBuses.StopAsync(_members.Dequeue());

    public async Task JoinAsync() => _members.Enqueue(await buses.StartMemberAsync(group, ledger));

    public async Task StopAsync()
    {
        while (_members.Count > 0)
        {
            await LeaveAsync();
        }
    }
}
