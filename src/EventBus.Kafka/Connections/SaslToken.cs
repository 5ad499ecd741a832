using System.Buffers.Text;
using System.Text.Json;

namespace EventBus.Kafka.Connections;

/// <summary>A token of SASL OAUTHBEARER, with what the client wants to know of it.</summary>
/// <param name="Text">The token, which is a secret.</param>
/// <param name="Expires">When another one is needed.</param>
/// <param name="Principal">Who it stands for.</param>
internal sealed record SaslToken(string Text, DateTimeOffset Expires, string Principal)
{
    // The client asks for the next one when four fifths of the time are over.
    private static readonly TimeSpan s_unknownLifetime = TimeSpan.FromMinutes(12);
    private const string NoPrincipal = "eventbus";

    /// <summary>Reads when a token expires, and whose it is, off a JSON Web Token; of any other nothing is known.</summary>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc7519"/>
    public static SaslToken Read(string text, string? user, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.Any(static sign => sign is not ((>= ' ' and <= '~') or '\t' or '\r' or '\n')))
        {
            // The library would refuse it too, with the token in its message.
            throw new FormatException("The token has other characters than SASL OAUTHBEARER allows, which are printable ASCII and white space.");
        }

        DateTimeOffset? expires = null;
        string? subject = null;
        if (text.Split('.') is [_, var payload, ..] && Base64Url.IsValid(payload))
        {
            try
            {
                using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
                expires = claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetDouble(out var seconds)
                    ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1_000)) : null;
                subject = claims.RootElement.TryGetProperty("sub", out var sub) && sub.ValueKind == JsonValueKind.String ? sub.GetString() : null;
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
            {
                // Three parts with dots between them, and no JSON Web Token.
            }
        }

        return new SaslToken(text, expires ?? time.GetUtcNow() + s_unknownLifetime, user ?? subject ?? NoPrincipal);
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Principal}, until {Expires:O}";
}
