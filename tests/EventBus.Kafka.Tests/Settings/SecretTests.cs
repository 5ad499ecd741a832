using Confluent.Kafka;
using EventBus.Kafka.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Settings;

/// <summary>Passwords, pass phrases and tokens stand in no line of the log and in no exception, whatever goes wrong.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Secret = "kept-to-0urselves";
    private readonly LogOfAll _log = new();

    [Fact]
    public Task Password_OfBrokersThatAreNotThere_IsNotTold() => IsNotToldAsync(
        static options =>
        {
            options.SecurityProtocol = SecurityProtocol.SaslSsl;
            options.SaslMechanism = SaslMechanism.ScramSha512;
            options.SaslUsername = "user";
            options.SaslPassword = Secret;
            options.SslKeyPassword = Secret;
        },
        hasClient: true);

    [Fact]
    public Task Password_OfAKeyThatIsNotThere_IsNotTold() => IsNotToldAsync(static options =>
    {
        options.SecurityProtocol = SecurityProtocol.Ssl;
        options.SslCertificateLocation = "/not/there.pem";
        options.SslKeyLocation = "/not/there.key";
        options.SslKeyPassword = Secret;
    });

    [Theory]
    [InlineData(Secret)]
    [InlineData($"{Secret}\u0001")]
    public Task Token_IsNotTold(string token) => IsNotToldAsync(
        options =>
        {
            options.SecurityProtocol = SecurityProtocol.SaslPlaintext;
            options.SaslMechanism = SaslMechanism.OAuthBearer;
            options.SaslToken = _ => Task.FromResult(token);
        },
        hasClient: true);

    [Theory]
    [InlineData("ssl.key.pem")]
    [InlineData("ssl.certificate.pem")]
    [InlineData("ssl.keystore.password")]
    [InlineData("sasl.oauthbearer.client.secret")]
    [InlineData("sasl.oauthbearer.config")]
    [InlineData("sasl.passwort")]
    [InlineData("sasl.oauthbearer.secret")]
    public Task Property_WithASecret_IsNotTold(string property) => IsNotToldAsync(options =>
    {
        options.SecurityProtocol = SecurityProtocol.SaslSsl;
        options.Properties[property] = Secret;
        options.Properties["group.id"] = Secret;
    });

    [Fact]
    public Task Settings_ThatDoNotGoTogether_DoNotTellTheirSecrets() => IsNotToldAsync(static options =>
    {
        options.SaslMechanism = SaslMechanism.Plain;
        options.SaslPassword = Secret;
        options.Properties["sasl.password"] = Secret;
        options.Properties["ssl.key.password"] = Secret;
    });

    public void Dispose() => _log.Dispose();

    private async Task IsNotToldAsync(Action<KafkaOptions> configure, bool hasClient = false)
    {
        await using var bus = NotedBus.Create(bus =>
        {
            _log.Attach(bus);
            bus.UseKafka("127.0.0.1:1", options =>
            {
                options.StartTimeout = TimeSpan.FromSeconds(1);
                options.Properties["debug"] = "all";
                configure(options);
            });
        });

        var thrown = await Assert.ThrowsAnyAsync<Exception>(bus.StartAsync);
        await bus.DisposeAsync();

        Assert.DoesNotContain(Secret, thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, static line => line.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.True(!hasClient || _log.Lines.Any(static line => line.Id == 611), "The library has told nothing, so nothing is shown.");
    }
}
