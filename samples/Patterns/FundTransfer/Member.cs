using EventBus;
using EventBus.Idempotency;
using Microsoft.Extensions.DependencyInjection;

namespace FundTransfer;

/// <summary>A process of the bank, as far as one process can stand for several: a bus with its own services and handlers.</summary>
internal sealed class Member
{
    private const int Concurrency = 16;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private readonly Bank _bank;
    private readonly ServiceProvider _services;
    private volatile bool _isGone;
    private volatile bool _isDead;

    public Member(string name, Bank bank)
    {
        (Name, _bank) = (name, bank);
        var trouble = new Trouble(bank.Tally, () => _isDead);
        var services = new ServiceCollection();
        services.AddSingleton<IIdempotencyStore>(new MemberStore(bank.Store, bank.Tally, () => _isGone));
        services.AddEventBus(bus =>
        {
            bank.Broker.Carry(bus, name);
            bus.Configure(options => options.InstanceName = name).AddTransfers();
            bus.Subscription(Groups.Safe).WithConcurrency(Concurrency)
                .WithIdempotency<TransferRequested>(transfer => transfer.TransferId)
                .Configure(options => options.IdempotencyLease = Lease)
                .Handle(new BookSafely(bank.Ledgers[Groups.Safe], trouble, bank.Tally));
            bus.Subscription(Groups.BusOnly).WithConcurrency(Concurrency)
                .WithIdempotency<TransferRequested>(transfer => transfer.TransferId)
                .Configure(options => options.IdempotencyLease = Lease)
                .Handle(new BookCarelessly(bank.Ledgers[Groups.BusOnly], trouble, bank.Tally));
            bus.Subscription(Groups.Careless).WithConcurrency(Concurrency)
                .Handle(new BookCarelessly(bank.Ledgers[Groups.Careless], trouble, bank.Tally));
        });
        _services = services.BuildServiceProvider();
    }

    public string Name { get; }

    public Task StartAsync() => _services.GetRequiredService<IEventBus>().StartAsync();

    public async Task StopAsync() => await _services.DisposeAsync();

    /// <summary>The process dies: its handlers end where they are, and nobody releases what they had claimed.</summary>
    public Task DieAsync()
    {
        _isDead = true;
        return CutOffAsync();
    }

    /// <summary>
    /// The network is cut: broker and store take the process for dead. It does not know, and its handlers go on, into the database.
    /// </summary>
    public async Task CutOffAsync()
    {
        _isGone = true;
        _bank.Broker.CutOff(Name);

        // A dead process has nobody to stop it; this one has to go some time.
        await _services.GetRequiredService<IEventBus>().StopAsync(new CancellationToken(canceled: true));
        await _services.DisposeAsync();
    }
}
