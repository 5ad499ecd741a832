using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Connections;

/// <summary>Gets a token of SASL OAUTHBEARER from the application for a client that asks for one.</summary>
internal static class TokenRefresh
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Asks the application. Whatever comes of it the client is told, since it waits for that: it connects to no broker before it has a token, and
    /// asks again ten seconds after it was told that there is none. Never throws.
    /// </summary>
    public static async Task RunAsync(KafkaConnection connection, KafkaClient client, string name)
    {
        if (connection.Options.SaslToken is not { } source)
        {
            return;
        }

        SaslToken? token = null;
        try
        {
            using var giveUp = new CancellationTokenSource(s_timeout, connection.Time);
            var text = await Task.Run(() => source(giveUp.Token), giveUp.Token).WaitAsync(giveUp.Token).ConfigureAwait(false);
            token = SaslToken.Read(text, connection.Options.SaslUsername, connection.Time);
        }
        catch (Exception exception)
        {
            // The application's code: anything can come out of it.
            connection.Log.NoToken(exception, name);
        }

        try
        {
            client.Use(handle => token is null
                ? Librdkafka.SetTokenFailure(handle, "The application gave no token.")
                : client.SetToken(token.Text, token.Expires, token.Principal));
        }
        catch (ObjectDisposedException)
        {
            // The client was closed meanwhile.
        }
    }
}
