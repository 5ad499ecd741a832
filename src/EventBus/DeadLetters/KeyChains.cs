using EventBus.Consuming;
using EventBus.Retry;
using EventBus.Transports;

namespace EventBus.DeadLetters;

/// <summary>
/// Keeps a key's order behind a dead letter: later events of the key are parked behind it in the group's topic of dead letters, and come back
/// one after the other, through the topic of returning events, once it has been redriven or discarded.
/// </summary>
/// <remarks>
/// <para>
/// Invariant: an event of a key is handled from its own topic only while the key has no open letter, and from the topic of returning events
/// only while it is the first open letter of its key. The order of the key's records in its partition of the dead letters decides.
/// </para>
/// <para>
/// A key gets its first open letter from whoever has its partition of the event's topic, and that member reads it here before the key's
/// next event starts. Another member that is assigned the partition afterwards reads the topic first. So what is known here may be
/// out of date only in taking a key for parked that is not: before an event is parked the topic is read again.
/// </para>
/// <para>
/// Whoever removes the first letter of a key writes that down, then sends the next one on, and only then settles what it came from: a
/// death between any two of these repeats the rest. What is sent on twice is handled once, for it is first only once.
/// </para>
/// </remarks>
internal sealed class KeyChains(DeadLetterTopic topic, OpenChains chains)
{
    /// <summary>For each key that has open letters, how many of them wait behind the first one.</summary>
    public IEnumerable<KeyValuePair<string, int>> Parked => chains.Open.Select(static chain => KeyValuePair.Create(
        chain.Key, chain.Value.Count(static letter => letter.State is DeadLetterState.Parked)));

    /// <summary>Whether a delivery can be handled without a look at the chains.</summary>
    public bool IsFree(Delivery delivery) =>
        chains.IsEmpty && delivery.Partition.KnowsChains && delivery.History is not { Letter: not null };

    /// <summary>Parks a delivery if its key has an open letter, or sees that a returning one has been dealt with.</summary>
    /// <returns>Whether the delivery is done with, unhandled.</returns>
    public async ValueTask<bool> TakeAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Received.Envelope.Key is not { } key)
        {
            return false;
        }

        if (delivery.History is { Letter: { } letter } history)
        {
            return await TakeReturningAsync(history, key, letter, cancellationToken).ConfigureAwait(false);
        }

        if (!delivery.Partition.KnowsChains)
        {
            await chains.ReadOnAsync(null, cancellationToken).ConfigureAwait(false);
            delivery.Partition.KnowsChains = true;
        }

        if (chains.First(key) is { } first)
        {
            await chains.ReadOnAsync(first.Position, cancellationToken).ConfigureAwait(false);
            if (chains.First(key) is not null)
            {
                await ParkAsync(delivery, key, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes in that an event has died, before the next one of its key can start.</summary>
    public Task DiedAsync(Position letter, CancellationToken cancellationToken) => chains.ReadOnAsync(letter, cancellationToken);

    /// <summary>Writes down that a returning event has been handled, and sends the next one of its key on.</summary>
    public async ValueTask HandledAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery is { History.Letter: { } letter, Received.Envelope.Key: { } key })
        {
            await SettleAsync(letter, key, DeadLetterState.Handled, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SettleAsync(
        Position letter, string key, DeadLetterState state, string? reason, CancellationToken cancellationToken)
    {
        await topic.SettleAsync(letter, key, state, reason, cancellationToken).ConfigureAwait(false);
        await chains.ReadOnAsync(letter, cancellationToken).ConfigureAwait(false);
        await SendFirstAsync(key, cancellationToken).ConfigureAwait(false);
    }

    // What is not the first letter of its key has been dealt with: a copy, or the word that it has been discarded. What waits behind it may
    // still wait.
    private async ValueTask<bool> TakeReturningAsync(
        FailureHistory history, string key, Position letter, CancellationToken cancellationToken)
    {
        await chains.ReadOnAsync(letter, cancellationToken).ConfigureAwait(false);
        var isFirst = chains.First(key) is { } first && first.Position == letter;
        if (isFirst && history.DiscardReason is null)
        {
            return false;
        }

        if (isFirst)
        {
            await SettleAsync(letter, key, DeadLetterState.Discarded, history.DiscardReason, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SendFirstAsync(key, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    // An event that was parked and is received again is not parked twice. Behind nothing at all it sends itself on: what was before it went
    // while it was being parked, and nobody saw it then.
    private async ValueTask ParkAsync(Delivery delivery, string key, CancellationToken cancellationToken)
    {
        var origin = delivery.Position;
        if (!IsParked(key, origin))
        {
            var parked = await topic.AddParkedAsync(delivery, cancellationToken).ConfigureAwait(false);
            await chains.ReadOnAsync(parked, cancellationToken).ConfigureAwait(false);
        }

        if (chains.First(key) is { } first && first.Origin == origin)
        {
            await SendFirstAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsParked(string key, Position origin)
    {
        foreach (var letter in chains.Of(key))
        {
            if (letter.Origin == origin)
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask SendFirstAsync(string key, CancellationToken cancellationToken)
    {
        if (chains.First(key) is not { State: DeadLetterState.Parked } first)
        {
            return;
        }

        var found = await new DeadLetterReader(topic).FindAsync([first.Position], cancellationToken).ConfigureAwait(false);
        if (found.TryGetValue(first.Position, out var entry))
        {
            var envelope = entry.Envelope.WithHeaders(InternalHeaders.Strip(entry.Envelope.Metadata.Headers));
            var history = new FailureHistory { Letter = first.Position, Place = first.Place, Origin = first.Origin };
            await topic.ReturnAsync(new ReturningEvent(envelope, 0, null, history), outbox: null, cancellationToken).ConfigureAwait(false);
        }
    }
}
