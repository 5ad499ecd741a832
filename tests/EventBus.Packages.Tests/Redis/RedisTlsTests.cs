using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace EventBus.Packages.Tests.Redis;

/// <summary>StackExchange.Redis over TLS, where the connection is a stream and not a socket.</summary>
public sealed class RedisTlsTests : IAsyncLifetime
{
    private readonly ServerCertificate _certificate = new();
    private readonly RedisServer _server;
    private ConnectionMultiplexer _client = null!;

    public RedisTlsTests()
    {
        _server = new RedisServer { Certificate = _certificate };
    }

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _client = await ConnectionMultiplexer.ConnectAsync(Options());
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public Task StreamAdd_20000InFlightOverTls_AllReadBackInOrder() =>
        RedisLoad.AddAndReadBackAsync(_client.GetDatabase(), 20_000);

    [Fact]
    public async Task LargeValues_InFlightTogetherOverTls_ReadBackUnchanged() =>
        await Task.WhenAll(Enumerable.Range(0, 24)
            .Select(power => RedisLoad.SetAndGetAsync(_client.GetDatabase(), 1 << power))).Within();

    [Fact]
    public async Task Server_KilledAndRestartedOverTls_ClientReconnects()
    {
        await RedisOutage.KillWhilePausedAsync(_client, _server);
        await RedisOutage.RestartAsync(_client, _server);
        await RedisLoad.AddAndReadBackAsync(_client.GetDatabase(), 100);
    }

    private ConfigurationOptions Options()
    {
        var options = RedisOutage.Options(_server);
        options.Ssl = true;
        options.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.CertificateValidation += (_, certificate, _, _) =>
            certificate is X509Certificate2 shown && shown.Thumbprint == _certificate.Thumbprint;
        return options;
    }
}
