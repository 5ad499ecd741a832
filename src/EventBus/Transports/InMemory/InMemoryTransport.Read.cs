using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EventBus.Transports.InMemory;

internal sealed partial class InMemoryTransport
{
    private const int ReadBatchSize = 64;

    // Not an iterator: where to start and to end is decided at the call, not at the first event.
    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ThrowIfClosed();
        CheckPosition(topic, from);
        var ready = Channel.CreateUnbounded<LogReader>(new UnboundedChannelOptions { SingleReader = true });
        var readers = _broker.FindTopic(topic) is { } found ? LogReader.Open(found, from, follow, ready)
            : follow ? null
            : [];
        return ReadAsync(topic, readers, ready, cancellationToken);
    }

    private async IAsyncEnumerable<LogEntry> ReadAsync(
        string topic, LogReader[]? readers, Channel<LogReader> ready, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closingToken);

        // Everything in a topic that was not there at the call is new, wherever the reader wanted to start.
        readers ??= LogReader.Open(
            await OrClosedAsync(_broker.WhenTopicAsync(topic, either.Token), cancellationToken).ConfigureAwait(false),
            SeekTarget.Earliest,
            follow: true,
            ready);

        var buffer = new LogEntry[ReadBatchSize];
        var open = readers.Length;
        try
        {
            while (open > 0 && await OrClosedAsync(ready.Reader.WaitToReadAsync(either.Token), cancellationToken).ConfigureAwait(false))
            {
                ready.Reader.TryRead(out var reader);
                var count = reader!.Read(buffer);
                for (var i = 0; i < count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return buffer[i];
                }

                if (reader.IsAtEnd)
                {
                    open--;
                }
                else if (count > 0 || !reader.Park())
                {
                    reader.Wake();
                }
            }
        }
        finally
        {
            Array.ForEach(readers, static reader => reader.Leave());
        }
    }

    private async ValueTask<T> OrClosedAsync<T>(ValueTask<T> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (_closingToken.IsCancellationRequested)
        {
            throw Disposed();
        }
    }
}
