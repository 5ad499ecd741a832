using System.Globalization;
using EventBus.Shared.Processes;
using EventBus.Shared.Runs;

namespace EventBus.Shared.Crashes;

/// <summary>A publisher and members of one group, each a process of its own.</summary>
/// <param name="settings">What all processes have in common.</param>
internal class ProcessRun(ProcessSettings settings) : IAsyncDisposable
{
    /// <summary>Of the topic of a run of many events.</summary>
    public const int Partitions = 6;

    /// <summary>Of the events of a run of many.</summary>
    public const int Keys = 60;

    private const int FirstMembers = 3;
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);
    private readonly TemporaryFolder _folder = new();
    private int _journals;
    private long _heldSince;

    /// <summary>All processes that there have been but the publisher.</summary>
    public List<RunningProcess> Members { get; } = [];

    public IEnumerable<RunningProcess> Live => Members.Where(static member => !member.IsDead);

    /// <summary>How many times a member has been killed or held.</summary>
    public int Disturbances => Members.Sum(static member => member.Ends.Count);

    public string Gate(string name) => _folder.Combine(name);

    public RunningProcess Publish(int count, int keys, int rate, int partitions = 1) =>
        new(WithJournal() with { Partitions = partitions, Count = count, Keys = keys, Rate = rate });

    public RunningProcess AddMember(int partitions = Partitions, string? gate = null)
    {
        var member = new RunningProcess(WithJournal() with { Partitions = partitions, Gate = gate });
        Members.Add(member);
        return member;
    }

    /// <summary>Any of the live members.</summary>
    public RunningProcess One() => Random.Shared.GetItems(Live.ToArray(), 1)[0];

    /// <summary>Has one member killed, and another one come.</summary>
    public async Task KillOneAsync()
    {
        await One().KillAsync();
        AddMember();
    }

    /// <summary>Holds one member, or lets the one that is held go on when it has been for longer than it may be silent.</summary>
    public async Task HoldOneAsync()
    {
        if (Live.FirstOrDefault(static member => member.IsStopped) is not { } held)
        {
            _heldSince = Journal.Now;
            await One().StopAsync();
        }
        else if (TimeProvider.System.GetElapsedTime(_heldSince) > settings.MemberTimeout * 1.5)
        {
            await held.ContinueAsync();
        }
    }

    public List<JournalLine> Read(RunningProcess? publisher = null)
    {
        publisher?.Read();
        Members.ForEach(static member => member.Read());
        return [.. Members.SelectMany(static member => member.Lines)];
    }

    /// <summary>Waits until the journals tell something.</summary>
    public Task UntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                Read();
                return condition();
            },
            () => what);

    /// <summary>Waits until each event has been handled.</summary>
    public async Task UntilHandledAsync(int count)
    {
        var seen = new HashSet<Counted>();
        var read = new Dictionary<int, int>();
        await Eventually.TrueAsync(
            () =>
            {
                Members.ForEach(static member => member.Read());
                foreach (var member in Members)
                {
                    seen.UnionWith(member.Lines.Skip(read.GetValueOrDefault(member.Id))
                        .Where(static line => line.Kind == JournalKind.Handled).Select(static line => line.Event));
                    read[member.Id] = member.Lines.Count;
                }

                return seen.Count >= count;
            },
            () => $"{count} events to be handled, and {seen.Count} were");
    }

    /// <summary>Has something happen every second while events are published, and waits until all have been handled.</summary>
    public async Task DisturbAsync(Func<Task> disturb, int count, int rate)
    {
        for (var i = 0; i < FirstMembers; i++)
        {
            AddMember();
        }

        await StartedAsync();
        await using var publisher = Publish(count, Keys, rate, Partitions);
        using var pace = new PeriodicTimer(s_pace);
        while (!publisher.Has(JournalKind.Done))
        {
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await disturb();
            Read(publisher);
        }

        foreach (var held in Live.Where(static member => member.IsStopped))
        {
            await held.ContinueAsync();
        }

        await UntilHandledAsync(count);
    }

    /// <summary>Waits until all live members have started.</summary>
    public Task StartedAsync() => Task.WhenAll(Live.Select(static member => member.StartedAsync()));

    /// <summary>Has all live members leave in order, and reads what they have told.</summary>
    public async Task LeaveAsync()
    {
        foreach (var member in Live.ToArray())
        {
            await member.LeaveAsync();
        }

        Read();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        _folder.Dispose();
    }

    private ProcessSettings WithJournal() => settings with { Journal = _folder.Combine((++_journals).ToString(CultureInfo.InvariantCulture)) };
}
