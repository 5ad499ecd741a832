using System.Net.Sockets;
using System.Text;

namespace EventBus.Samples.Tests;

/// <summary>A POST that has begun and holds back the end of its body.</summary>
internal sealed class HalfRequest : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly string _rest;

    private HalfRequest(string rest) => _rest = rest;

    /// <summary>Sends a request up to the middle of its body, and returns when the server reads the body.</summary>
    public static async Task<HalfRequest> SendAsync(Uri server, string path, string body)
    {
        var request = new HalfRequest(body[(body.Length / 2)..]);
        await request._client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        // The server asks for the body when the endpoint reads it: from then on the request is in flight.
        await request.WriteAsync($"""
            POST {path} HTTP/1.1
            Host: {server.Authority}
            Content-Type: application/json
            Content-Length: {Encoding.UTF8.GetByteCount(body)}
            Expect: 100-continue
            Connection: close


            """.ReplaceLineEndings("\r\n"));
        Assert.StartsWith("HTTP/1.1 100 ", await request.ReadLineAsync(), StringComparison.Ordinal);
        await request.WriteAsync(body[..(body.Length / 2)]);
        return request;
    }

    /// <summary>Sends the rest, and returns the status line.</summary>
    public async Task<string> FinishAsync()
    {
        await ReadLineAsync();
        await WriteAsync(_rest);
        return await ReadLineAsync();
    }

    public void Dispose() => _client.Dispose();

    private async Task WriteAsync(string text) =>
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    private async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (one[0] != '\n' && await _client.GetStream().ReadAsync(one, TestContext.Current.CancellationToken) == 1)
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]).TrimEnd();
    }
}
