using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace EventBus.Transports.InMemory;

/// <summary>
/// The topics and groups of the in-memory transport. A bus has one of its own; give one object to several buses of a process, with
/// <c>UseInMemory(broker)</c>, and they share topics and groups as they would share a server. Safe to use from any thread.
/// </summary>
public sealed class InMemoryBroker
{
    // Guards groups, members, cursors and the making of topics: whatever events do not pass through.
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, MemoryTopic> _topics = new();
    private readonly Dictionary<string, ConsumerGroup> _groups = new(StringComparer.Ordinal);
    private TaskCompletionSource? _topicAppeared;

    /// <summary>Makes a broker without topics.</summary>
    /// <param name="options">The settings; null for the defaults. Later changes of the object have no effect.</param>
    /// <param name="timeProvider">The clock of retention and of seeking by time; null for the system's.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; it lists every mistake.</exception>
    public InMemoryBroker(InMemoryOptions? options = null, TimeProvider? timeProvider = null)
    {
        options ??= new InMemoryOptions();
        var check = new InMemoryOptionsValidator().Validate(Options.DefaultName, options);
        if (check.Failed)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(InMemoryOptions), check.Failures);
        }

        Settings = new BrokerSettings(options, timeProvider ?? TimeProvider.System);
    }

    internal BrokerSettings Settings { get; }

    /// <summary>The names of a group's members, in the order in which they joined; empty for an unknown group.</summary>
    public IReadOnlyCollection<string> Members(string group)
    {
        lock (_lock)
        {
            return _groups.TryGetValue(group, out var found) ? found.Members.ConvertAll(static member => member.Name) : [];
        }
    }

    /// <summary>
    /// Removes a member as a server does with one that died: its partitions move at once, with nothing drained, what it
    /// settles from now on is ignored, and it receives nothing any more. Its unsettled events come again, to other members.
    /// </summary>
    /// <returns>Whether there was such a member.</returns>
    public bool Evict(string group, string member)
    {
        var effects = new ControlEffects();
        lock (_lock)
        {
            if (!_groups.TryGetValue(group, out var found)
                || found.Members.Find(each => string.Equals(each.Name, member, StringComparison.Ordinal)) is not { } evicted)
            {
                return false;
            }

            found.Evict(evicted, effects);
        }

        effects.Run(Settings.WaitGraph);
        return true;
    }

    /// <summary>
    /// Makes a transport over this broker, for one bus, which disposes it. For wrapping it in one of the application's own, with
    /// <c>UseTransport</c>; <c>UseInMemory(broker)</c> does without.
    /// </summary>
    public IEventTransport CreateTransport() => new InMemoryTransport(this);

    internal MemoryTopic Topic(string name) => _topics.TryGetValue(name, out var topic) ? topic : AddTopic(name);

    internal MemoryTopic? FindTopic(string name) => _topics.GetValueOrDefault(name);

    internal async ValueTask<MemoryTopic> WhenTopicAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task appeared;
            lock (_lock)
            {
                if (_topics.TryGetValue(name, out var topic))
                {
                    return topic;
                }

                _topicAppeared ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                appeared = _topicAppeared.Task;
            }

            await appeared.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal InMemoryConsumer Join(InMemoryTransport transport, ConsumerRequest request)
    {
        var consumer = new InMemoryConsumer(this, transport, request);
        var effects = new ControlEffects();
        lock (_lock)
        {
            foreach (var topic in request.Topics)
            {
                if (!TopicPattern.IsPattern(topic))
                {
                    MakeTopic(topic, effects);
                }
            }

            Group(request.Group).Join(consumer, Matching(request.Topics), effects);
        }

        effects.Run(Settings.WaitGraph);
        return consumer;
    }

    internal void Leave(InMemoryConsumer consumer)
    {
        var effects = new ControlEffects();
        lock (_lock)
        {
            _groups[consumer.Request.Group].Leave(consumer, effects);
        }

        effects.Run(Settings.WaitGraph);
    }

    internal void Release(InMemoryAssignment assignment)
    {
        var effects = new ControlEffects();
        lock (_lock)
        {
            ConsumerGroup.Released(assignment, effects);
        }

        effects.Run(Settings.WaitGraph);
    }

    internal Task SeekAsync(string group, string topic, SeekTarget target)
    {
        Task moved;
        var effects = new ControlEffects();
        lock (_lock)
        {
            moved = Group(group).Seek(MakeTopic(topic, effects), target, effects);
        }

        effects.Run(Settings.WaitGraph);
        return moved;
    }

    internal IReadOnlyList<PartitionLag> Lag(string group)
    {
        lock (_lock)
        {
            return _groups.TryGetValue(group, out var found) ? found.Lag() : [];
        }
    }

    private MemoryTopic AddTopic(string name)
    {
        MemoryTopic topic;
        var effects = new ControlEffects();
        lock (_lock)
        {
            topic = MakeTopic(name, effects);
        }

        effects.Run(Settings.WaitGraph);
        return topic;
    }

    // Groups take the topic before anybody can append to it, so that none misses its first event.
    private MemoryTopic MakeTopic(string name, ControlEffects effects)
    {
        if (_topics.TryGetValue(name, out var topic))
        {
            return topic;
        }

        topic = new MemoryTopic(name, Settings);
        foreach (var group in _groups.Values)
        {
            group.Appeared(topic, effects);
        }

        _topics[name] = topic;
        _topicAppeared?.SetResult();
        _topicAppeared = null;
        return topic;
    }

    private ConsumerGroup Group(string name)
    {
        if (!_groups.TryGetValue(name, out var group))
        {
            _groups.Add(name, group = new ConsumerGroup(name));
        }

        return group;
    }

    private IEnumerable<MemoryTopic> Matching(IReadOnlyList<string> topics) =>
        topics.Any(TopicPattern.IsPattern)
            ? _topics.Values.Where(topic => topics.Any(pattern => TopicPattern.Matches(pattern, topic.Name)))
            : topics.Distinct(StringComparer.Ordinal).Select(name => _topics[name]);
}
