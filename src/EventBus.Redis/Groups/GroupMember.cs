using System.Threading.Channels;
using EventBus.Redis.Connections;
using EventBus.Redis.Consuming;
using EventBus.Redis.Diagnostics;
using EventBus.Redis.Topics;
using EventBus.Transports;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>
/// A member's life in its group: its heartbeat, and which partitions it takes and gives back. All of it happens in one loop, which handlers do
/// not hold up; the loop is woken by the heartbeat's timer, by messages of the other members, and by partitions that are released.
/// </summary>
/// <remarks>
/// A partition goes through four hands: the lease (in the keys of the group), the take-over (beside the stream, which fences the last owner), the
/// consumer, and back: revoked, drained by the runner, no read of it under way, its settlements acknowledged, and only then the lease is given up.
/// </remarks>
internal abstract class GroupMember : IAsyncDisposable
{
    private const int BeatsATimeout = 4;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _leaving = new();
    private readonly Lock _lock = new();
    private readonly TimeSpan _timeout;
    private readonly List<RedisAssignment> _returned = [];
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unplaced = new(StringComparer.Ordinal);
    private readonly SeekTarget _startFrom;
    private ChannelMessageQueue? _messages;
    private Task _loop = Task.CompletedTask;
    private long _lastBeat;
    private TaskCompletionSource _step = NewStep();
    private ITimer? _dueTimer;
    private int _readFailures;
    private int _refusals;
    private volatile bool _topicsChanged = true;

    protected GroupMember(GroupContext context, long number, string name)
    {
        Context = context;
        Number = number;
        Name = name;
        _startFrom = context.Request.StartFrom;
        _timeout = context.Options.MemberTimeout;
        _lastBeat = context.Time.GetTimestamp();
    }

    /// <summary>Unique in the group, and never used again.</summary>
    public long Number { get; }

    protected string Name { get; }

    protected GroupContext Context { get; }

    protected RedisConsumer Consumer { get; private set; } = null!;

    /// <summary>What the group was at the last heartbeat.</summary>
    protected GroupState State { get; private set; } = GroupState.Unknown;

    public static EventBusException ThrownOut(string group) => new(
        $"This member of group '{group}' was silent for too long, and the others have taken over what it had. It joins again. If nothing had stopped "
        + "the process, raise EventBus:Redis:MemberTimeout.");

    /// <summary>Begins to take partitions.</summary>
    public void Start(RedisConsumer consumer)
    {
        Consumer = consumer;
        Context.Topics.Appeared += OnTopicAppeared;
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Takes a partition back that the runner has drained.</summary>
    public void GiveBack(RedisAssignment assignment)
    {
        lock (_lock)
        {
            _returned.Add(assignment);
        }

        Wake();
    }

    /// <summary>Throws if the member has been silent so long that others may have taken over what it has: it may have been stopped.</summary>
    public void ThrowIfSilent()
    {
        if (Context.Time.GetElapsedTime(Interlocked.Read(ref _lastBeat)) > _timeout)
        {
            throw ThrownOut(Context.Group.Group);
        }
    }

    /// <summary>Looks what a failed read means: a partition that is not the member's any more, or the end of the member.</summary>
    public async Task ReadFailedAsync(Exception exception)
    {
        if (!RedisErrors.IsNoGroup(exception) || ++_readFailures > BeatsATimeout)
        {
            Consumer.Fail(exception);
            return;
        }

        Task step;
        lock (_lock)
        {
            step = _step.Task;
        }

        Wake();
        await step.ConfigureAwait(false);
    }

    /// <summary>Leaves the group: what is settled is acknowledged, and the others take over at once.</summary>
    public async ValueTask DisposeAsync()
    {
        Context.Topics.Appeared -= OnTopicAppeared;
        await _leaving.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        var limit = TimeSpan.FromSeconds(2);
        try
        {
            await Consumer.FlushAsync().WaitAsync(limit, Context.Time).ConfigureAwait(false);
            await Context.Group.LeaveAsync(Number).WaitAsync(limit, Context.Time).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException or EventBusException)
        {
            Context.Gone(Number);
            Context.Log.NotLeft(exception, Context.Group.Group, Name);
        }

        if (_messages is { } messages)
        {
            await messages.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }

        _leaving.Dispose();
    }

    /// <summary>Listens to the other members, and gives the group a place in each topic that there is.</summary>
    public async Task OpenAsync()
    {
        _messages = await Context.Connection.Subscriber.SubscribeAsync(Context.Group.Channel).ConfigureAwait(false);
        _messages.OnMessage(_ => Wake());
        await PlaceTopicsAsync(isFirst: true).ConfigureAwait(false);
    }

    /// <summary>Brings what the member has in line with the group's state.</summary>
    protected abstract Task ReconcileAsync();

    /// <summary>Does what there is to do at each heartbeat, whether anything has changed or not.</summary>
    protected abstract Task TendAsync();

    /// <summary>Lets go of partitions that were revoked and drained.</summary>
    protected abstract Task ReturnAsync(IReadOnlyList<RedisAssignment> assignments);

    /// <summary>The topics that the member reads.</summary>
    protected IEnumerable<RedisTopic> Topics() => Context.Topics.Known.Where(topic => _placed.Contains(topic.Name));

    private static TaskCompletionSource NewStep() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected void Wake() => _wake.Writer.TryWrite(true);

    private void OnTopicAppeared(object? sender, EventArgs e)
    {
        _topicsChanged = true;
        Wake();
    }

    private async Task RunAsync()
    {
        var beat = _timeout / BeatsATimeout;
        await using var timer = Context.Time.CreateTimer(
            static self => ((GroupMember)self!).Wake(), this, TimeSpan.Zero, beat).ConfigureAwait(false);
        var due = Context.Time.CreateTimer(
            static self => ((GroupMember)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var disposal = due.ConfigureAwait(false);
        _dueTimer = due;
        var beats = 0;
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_leaving.Token).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out _);

                // A message about a new topic may have been lost with the connection.
                _topicsChanged |= ++beats % BeatsATimeout == 0;
                await StepSafelyAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The member leaves.
        }
    }

    private async Task StepSafelyAsync()
    {
        TaskCompletionSource step;
        lock (_lock)
        {
            step = _step;
            _step = NewStep();
        }

        try
        {
            await StepAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException or EventBusException)
        {
            Context.Connection.Failed(exception);
            var silence = Context.Time.GetElapsedTime(Interlocked.Read(ref _lastBeat));

            // What the server refuses again and again is not an outage, and nobody else would tell of it.
            var isRefused = exception is RedisServerException && !RedisErrors.IsOutage(exception) && ++_refusals > BeatsATimeout;
            if (silence >= _timeout / 2 || isRefused || exception is EventBusException)
            {
                Consumer.Fail(exception);
            }
        }
        finally
        {
            step.SetResult();
        }
    }

    private async Task StepAsync()
    {
        await ReturnDrainedAsync().ConfigureAwait(false);
        var asked = Context.Time.GetTimestamp();
        var beat = Context.Group.BeatAsync(Number, State).WaitAsync(_timeout / 2, Context.Time);
        if (await beat.ConfigureAwait(false) is not { } state)
        {
            Consumer.Fail(ThrownOut(Context.Group.Group));
            return;
        }

        Interlocked.Exchange(ref _lastBeat, asked);
        var hasChanged = !ReferenceEquals(state, State);
        if (_topicsChanged)
        {
            _topicsChanged = false;
            hasChanged |= await PlaceTopicsAsync(isFirst: false).ConfigureAwait(false);
        }

        State = state;
        if (hasChanged)
        {
            await ReconcileAsync().ConfigureAwait(false);
        }

        await TendAsync().ConfigureAwait(false);
        await MoveDueAsync().ConfigureAwait(false);
        _readFailures = 0;
        _refusals = 0;
    }

    // Each member looks after the partitions that it has; in a competing group several do, which does no harm.
    private async Task MoveDueAsync()
    {
        TimeSpan? next = null;
        foreach (var assignment in Consumer.Assignments)
        {
            if (assignment.Of.IsReturns && await Context.Delayed.MoveAsync(assignment.Of, assignment.Partition).ConfigureAwait(false) is { } due
                && (next is null || due < next))
            {
                next = due;
            }
        }

        if (next is { } pause && pause < _timeout / BeatsATimeout)
        {
            _dueTimer!.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ReturnDrainedAsync()
    {
        RedisAssignment[] returned;
        lock (_lock)
        {
            returned = [.. _returned];
        }

        if (returned.Length > 0)
        {
            await ReturnAsync(Array.FindAll(returned, static assignment => !assignment.IsOver)).ConfigureAwait(false);
            lock (_lock)
            {
                _returned.RemoveAll(returned.Contains);
            }
        }
    }

    // A topic that appears later belongs to the group from its first event on.
    private async Task<bool> PlaceTopicsAsync(bool isFirst)
    {
        await Context.Topics.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var topic in Context.Request.Topics)
        {
            if (isFirst && !TopicPattern.IsPattern(topic))
            {
                await Context.Topics.GetOrAddAsync(topic, CancellationToken.None).ConfigureAwait(false);
            }
        }

        RedisTopic[] appeared = [.. Context.Topics.Known.Where(topic => !_placed.Contains(topic.Name) && Context.Request.Matches(topic.Name))];
        var placed = await Task.WhenAll(appeared.Select(topic => TryPlaceAsync(topic, isFirst))).ConfigureAwait(false);
        _placed.UnionWith(appeared.Where((_, index) => placed[index]).Select(static topic => topic.Name));
        return Array.Exists(placed, static isPlaced => isPlaced);
    }

    // One topic that cannot be read does not keep a group that did not ask for it by name from the others; it is tried again and again.
    private async Task<bool> TryPlaceAsync(RedisTopic topic, bool isFirst)
    {
        try
        {
            await Context.Place.EnsureAsync(
                topic, isFirst && !InternalTopics.IsInternal(topic.Name) ? _startFrom : SeekTarget.Earliest).ConfigureAwait(false);
            return true;
        }
        catch (EventBusException exception) when (RedisErrors.IsWrongType(exception.InnerException) && !Context.Request.Topics.Contains(topic.Name))
        {
            lock (_lock)
            {
                if (!_unplaced.Add(topic.Name))
                {
                    return false;
                }
            }

            Context.Log.TopicNotRead(exception, Context.Group.Group, topic.Name);
            return false;
        }
    }
}
