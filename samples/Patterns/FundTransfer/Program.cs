using System.Diagnostics;
using FundTransfer;
using Samples;

const int LiveMembers = 4;
TimeSpan deadline = TimeSpan.FromMinutes(2), look = TimeSpan.FromMilliseconds(10);
int[] troubleAt = [2_000, 4_000, 6_000, 8_000];

await using var settings = SampleSettings.Read("fund-transfer", args);
Console.WriteLine($"Fund transfer{(settings.Transport == SampleTransport.Memory ? null : $" on {settings.Transport}")}: money moves once, whatever is repeated, throws or dies.");
Console.WriteLine();
var start = Stopwatch.GetTimestamp();
var workload = new Workload();
await using IBroker broker = settings.Transport switch
{
    SampleTransport.Redis => new RedisBroker(settings),
    SampleTransport.Kafka => new KafkaBroker(settings),
    _ => new MemoryBroker(),
};
await using var gateway = new Gateway(broker);
var bank = new Bank(broker, gateway.Store, new Tally());
var started = 0;
var members = new Queue<Member>();
List<Task> ends = [];
for (var i = 0; i < LiveMembers; i++)
{
    await AddMemberAsync();
}

var publishing = gateway.PublishAsync(workload);

// Members die, and others come, in the middle of it: one dies, the next is cut off and does not know it, and so on.
foreach (var (index, booked) in troubleAt.Index())
{
    await UntilAsync(() => Task.FromResult(bank.Tally[Groups.Safe, What.Booked] >= booked));
    var victim = members.Dequeue();
    ends.Add(index % 2 == 0 ? victim.DieAsync() : victim.CutOffAsync());
    await AddMemberAsync();
}

await publishing;
foreach (var group in Groups.All)
{
    await UntilAsync(async () => await gateway.LagAsync(group) == 0);
}

await Task.WhenAll(ends.Concat(members.Select(member => member.StopAsync())));
return new Report(workload, bank).Print(Stopwatch.GetElapsedTime(start), started, ends.Count) ? 0 : 1;

async Task AddMemberAsync()
{
    var member = new Member($"member-{++started}", bank);
    await member.StartAsync();
    members.Enqueue(member);
}

async Task UntilAsync(Func<Task<bool>> condition)
{
    while (!await condition())
    {
        if (Stopwatch.GetElapsedTime(start) > deadline)
        {
            Console.WriteLine($"DID NOT HOLD: it was not done within {deadline}.");
            Environment.Exit(1);
        }

        await Task.Delay(look, TimeProvider.System);
    }
}
