using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Passes requests or answers on from one side of a connection to the other: those that are of interest one by one, by way of a handler, all others as
/// they come, without waiting for their ends.
/// </summary>
/// <param name="from">Where they come from.</param>
/// <param name="to">Where they go.</param>
/// <param name="headerLength">How much of a frame <paramref name="isOfInterest"/> looks at, its length included.</param>
/// <param name="isOfInterest">Tells by a frame's first bytes.</param>
/// <param name="handle">Gets a whole frame, and gives what goes on in its place; nothing to keep it back.</param>
internal sealed class FramePump(
    Stream from, FrameTarget to, int headerLength, Func<ReadOnlySpan<byte>, bool> isOfInterest, Func<byte[], ValueTask<byte[]>> handle)
{
    // How much of a frame that has begun to go through is still to come.
    private long _passing;

    public async Task RunAsync()
    {
        var reader = PipeReader.Create(from, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            var result = await reader.ReadAsync();
            var rest = await PassAsync(result.Buffer);
            reader.AdvanceTo(rest, result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    // Gives where that begins which waits for more.
    private async Task<SequencePosition> PassAsync(ReadOnlySequence<byte> rest)
    {
        var through = 0L;
        var header = new byte[headerLength];
        while (true)
        {
            if (_passing > 0)
            {
                var count = Math.Min(_passing, rest.Length - through);
                through += count;
                _passing -= count;
                if (_passing > 0)
                {
                    break;
                }
            }

            var next = rest.Slice(through);
            if (next.Length < headerLength)
            {
                break;
            }

            next.Slice(0, headerLength).CopyTo(header);
            var length = sizeof(int) + (long)BinaryPrimitives.ReadInt32BigEndian(header);
            if (!isOfInterest(header))
            {
                _passing = length;
                continue;
            }

            if (next.Length < length)
            {
                break;
            }

            await to.WriteAsync(rest.Slice(0, through), isWhole: true);
            await to.WriteAsync(new ReadOnlySequence<byte>(await handle(next.Slice(0, length).ToArray())), isWhole: true);
            rest = next.Slice(length);
            through = 0;
        }

        await to.WriteAsync(rest.Slice(0, through), isWhole: _passing == 0);
        return rest.GetPosition(through);
    }
}
