using System.Buffers;
using EventBus.Catalog;
using EventBus.Transports;

namespace EventBus.Publishing;

/// <summary>Several envelopes in the order in which they were given, sent topic by topic.</summary>
internal readonly struct PublishBatch
{
    // Rented: the envelopes are copied by the transport, and would be most of what a batch allocates.
    private readonly Envelope[] _envelopes;
    private readonly int _count;

    // The topic of all of them or, where they differ, of each.
    private readonly string? _topic;
    private readonly string[]? _topics;

    private PublishBatch(Envelope[] envelopes, int count, string? topic, string[]? topics)
    {
        _envelopes = envelopes;
        _count = count;
        _topic = topic;
        _topics = topics;
    }

    /// <exception cref="EventBusException">A type is not in the catalogue: nothing is sent.</exception>
    public static PublishBatch Create<T>(
        ReadOnlySpan<T> events, Func<T, PublishOptions?>? options, EventCatalog catalog, in Present present)
        where T : notnull
    {
        var envelopes = ArrayPool<Envelope>.Shared.Rent(events.Length);
        string? topic = null;
        string[]? topics = null;
        EventDefinition? definition = null;
        for (var i = 0; i < events.Length; i++)
        {
            var value = events[i] ?? throw IsNull(i, nameof(events));
            var type = value.GetType();
            if (definition is null || definition.EventType != type)
            {
                definition = catalog.Get(type);
            }

            topic ??= definition.Topic;
            if (topics is null && !string.Equals(definition.Topic, topic, StringComparison.Ordinal))
            {
                topics = new string[events.Length];
                Array.Fill(topics, topic, 0, i);
            }

            if (topics is not null)
            {
                topics[i] = definition.Topic;
            }

            envelopes[i] = EnvelopeFactory.Create(definition, value, options?.Invoke(value), present);
        }

        return new PublishBatch(envelopes, events.Length, topic, topics);
    }

    public static ArgumentException IsNull(int index, string parameter) => new($"Event {index} of the batch is null.", parameter);

    /// <summary>Sends the batch, once; its array goes back to the pool.</summary>
    public async ValueTask<Position[]> SendAsync(IEventTransport transport, CancellationToken cancellationToken)
    {
        try
        {
            if (_topics is not null)
            {
                return await SendToManyAsync(transport, _envelopes, _topics, cancellationToken).ConfigureAwait(false);
            }

            var positions = new Position[_count];
            if (_topic is not null)
            {
                await transport.AppendAsync(_topic, _envelopes.AsMemory(0, _count), positions, cancellationToken).ConfigureAwait(false);
            }

            return positions;
        }
        finally
        {
            _envelopes.AsSpan(0, _count).Clear();
            ArrayPool<Envelope>.Shared.Return(_envelopes);
        }
    }

    private static async ValueTask<Position[]> SendToManyAsync(
        IEventTransport transport, Envelope[] envelopes, string[] topics, CancellationToken cancellationToken)
    {
        var positions = new Position[topics.Length];
        var stored = new bool[topics.Length];
        foreach (var group in Enumerable.Range(0, topics.Length).GroupBy(i => topics[i], StringComparer.Ordinal))
        {
            int[] indexes = [.. group];
            var sent = new Position[indexes.Length];
            try
            {
                await transport.AppendAsync(group.Key, Array.ConvertAll(indexes, i => envelopes[i]), sent, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (PublishException exception)
            {
                Array.ForEach(indexes[..exception.Stored], i => stored[i] = true);
                throw new PublishException(exception.Message, group.Key, stored.TakeWhile(isStored => isStored).Count(), exception);
            }

            for (var i = 0; i < indexes.Length; i++)
            {
                positions[indexes[i]] = sent[i];
                stored[indexes[i]] = true;
            }
        }

        return positions;
    }
}
