using System.Runtime.CompilerServices;
using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Groups;
using EventBus.Kafka.Native;
using EventBus.Kafka.Topics;

namespace EventBus.Kafka.Reading;

/// <summary>Reads a topic without a group. Where to start and to end is decided at the call, not at the first event.</summary>
internal sealed class LogReader(
    KafkaConnection connection, TopicDirectory topics, LogPlaces places, ReaderPool pool, CancellationToken closing)
{
    private static readonly TimeSpan s_lookPause = TimeSpan.FromMilliseconds(250);

    // While brokers are away, a reader that is to come to an end gives up; one that follows waits for them.
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(30);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken)
    {
        var opening = OpenAsync(topic, from, follow, cancellationToken);

        // Nobody may ever enumerate.
        _ = opening.ContinueWith(static opening => opening.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
        return ReadAsync(opening, topic, follow, cancellationToken);
    }

    // The cursors of the partitions; null where the topic is not there.
    private async Task<LogCursor[]?> OpenAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken)
    {
        var partitions = await topics.FindPartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
        if (partitions == 0)
        {
            return null;
        }

        places.Check(from, topic, partitions);
        var read = from.Position is { } position ? [position.Partition] : Enumerable.Range(0, partitions).ToArray();

        // The brokers tell that a partition has nothing more only when they have waited for more: those that are empty are known by their ends.
        var finding = places.FindAsync(topic, read, from, cancellationToken);
        var ends = await places.FindAsync(topic, read, LogicalOffset.End, cancellationToken).ConfigureAwait(false);
        var starts = await finding.ConfigureAwait(false);
        return [.. read.Select(partition =>
            new LogCursor(partition, Math.Min(starts[partition], ends[partition]), follow ? null : ends[partition]))];
    }

    private async IAsyncEnumerable<LogEntry> ReadAsync(
        Task<LogCursor[]?> opening, string topic, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing);
        var cursors = await OrClosedAsync(opening, cancellationToken).ConfigureAwait(false);
        if (cursors is null && follow)
        {
            cursors = await OrClosedAsync(WhenThereAsync(topic, either.Token), cancellationToken).ConfigureAwait(false);
        }

        if (cursors is null || Array.TrueForAll(cursors, static cursor => cursor.IsAtEnd))
        {
            yield break;
        }

        using var reading = new LogReading(connection, pool, topic, cursors, follow);
        var entries = new List<StoredRecord>();
        while (!reading.IsAtEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!reading.Read(entries))
            {
                await OrClosedAsync(WaitAsync(reading, follow, topic, either.Token), cancellationToken).ConfigureAwait(false);
            }

            foreach (var entry in entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return entry.Entry;
            }

            entries.Clear();
        }
    }

    private async Task<bool> WaitAsync(LogReading reading, bool follow, string topic, CancellationToken cancellationToken)
    {
        if (follow)
        {
            await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        using var limit = new CancellationTokenSource(s_longestSilence, connection.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await reading.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EventBusException(
                $"Topic '{topic}' could not be read to its end: the Kafka brokers {connection.Brokers} have sent nothing for {s_longestSilence}.",
                exception);
        }
    }

    // Everything in a topic that was not there at the call is new, wherever the reader wanted to start.
    private async Task<LogCursor[]?> WhenThereAsync(string topic, CancellationToken cancellationToken)
    {
        while (true)
        {
            var partitions = await topics.FindPartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
            if (partitions > 0)
            {
                return [.. Enumerable.Range(0, partitions).Select(static partition => new LogCursor(partition, LogicalOffset.Beginning, null))];
            }

            await Task.Delay(s_lookPause, connection.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> OrClosedAsync<T>(Task<T> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception) when (closing.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException)
        {
            throw KafkaTransport.Disposed();
        }
        catch (ClusterException exception)
        {
            throw new EventBusException($"The topic could not be read from Kafka: {exception.Error.Reason} ({exception.Error.Code})", exception);
        }
    }
}
