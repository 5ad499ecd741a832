using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>A client's connection to a broker, passed on by a <see cref="BrokerProxy"/>.</summary>
internal sealed class ProxyConnection : IDisposable
{
    // Its length, kind, version and number.
    private const int RequestHeader = 12;

    // Its length and number.
    private const int AnswerHeader = 8;
    private readonly BrokerProxy _proxy;
    private readonly Socket _clientSocket;
    private readonly Socket _brokerSocket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ConcurrentDictionary<int, Func<byte[], ValueTask<byte[]>>> _answers = [];
    private readonly CancellationTokenSource _end = new();
    private FrameTarget? _toClient;
    private TaskCompletionSource? _alone;

    public ProxyConnection(BrokerProxy proxy, Socket client)
    {
        _proxy = proxy;
        _clientSocket = client;
        client.NoDelay = true;
    }

    /// <summary>The client's <c>client.id</c>; null until its first request has come.</summary>
    public string? Client { get; private set; }

    /// <summary>Passes on until either side ends.</summary>
    public async Task RunAsync(string host, int port)
    {
        await _brokerSocket.ConnectAsync(host, port, _end.Token);
        await using var client = new NetworkStream(_clientSocket);
        await using var broker = new NetworkStream(_brokerSocket);
        using var toClient = _toClient = new FrameTarget(client, _proxy, _end.Token);
        using var toBroker = new FrameTarget(broker, _proxy, _end.Token);
        var requests = new FramePump(client, toBroker, RequestHeader, IsRequestOfInterest, HandleRequestAsync);
        var answers = new FramePump(
            broker, toClient, AnswerHeader, header => _answers.ContainsKey(BinaryPrimitives.ReadInt32BigEndian(header[sizeof(int)..])), HandleAnswer);
        Task[] pumps = [requests.RunAsync(), answers.RunAsync()];
        await await Task.WhenAny(pumps);
        Dispose();
        await Task.WhenAll(pumps);
    }

    /// <summary>Ends both sides at once, without a word.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _clientSocket.Close(0);
        _brokerSocket.Close(0);
    }

    private bool IsRequestOfInterest(ReadOnlySpan<byte> header) =>
        Client is null || _proxy.Handlers.ContainsKey((KafkaRequest)BinaryPrimitives.ReadInt16BigEndian(header[sizeof(int)..]));

    private async ValueTask<byte[]> HandleRequestAsync(byte[] frame)
    {
        var request = ProxiedRequest.Read(frame);
        if (Client is null)
        {
            Client = request.Client;
            _proxy.Admit(Client);
        }

        await _proxy.WhenReleasedAsync(request.Client, request.Kind).WaitAsync(_end.Token);
        if (!_proxy.Handlers.TryGetValue(request.Kind, out var handler))
        {
            return frame;
        }

        if (_alone is { } earlier)
        {
            await earlier.Task.WaitAsync(_end.Token);
            _alone = null;
        }

        var handling = handler(request);
        if (handling.Answer is { } answer)
        {
            await _toClient!.InsertAsync(answer);
            return [];
        }

        if (handling.OnAnswer is { } onAnswer)
        {
            var alone = _alone = handling.IsAlone ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            _answers[request.Number] = alone is null ? onAnswer : async answered =>
            {
                var changed = await onAnswer(answered);
                alone.SetResult();
                return changed;
            };
        }

        return handling.Request ?? frame;
    }

    private ValueTask<byte[]> HandleAnswer(byte[] frame)
    {
        _answers.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(sizeof(int))), out var handler);
        return handler!(frame);
    }
}
