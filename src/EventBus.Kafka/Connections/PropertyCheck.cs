using System.Runtime.InteropServices;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Connections;

/// <summary>Asks librdkafka whether it knows a property and takes its value, without making a client.</summary>
internal static unsafe class PropertyCheck
{
    private const int ErrorLength = 512;
    private const int NotKnown = -2;

    // What stands in them is a secret, which the library's message would repeat.
    private static readonly string[] s_secret = ["password", "secret", "passphrase", ".pem", "sasl.oauthbearer.config"];

    /// <summary>What is wrong with a property; null where nothing is.</summary>
    public static string? Problem(string name, string value)
    {
        var error = stackalloc byte[ErrorLength];
        error[0] = 0;
        var settings = Librdkafka.NewSettings();
        var code = Librdkafka.Set(settings, name, value, error, ErrorLength);
        Librdkafka.DestroySettings(settings);
        return code switch
        {
            0 => null,
            NotKnown => "is not known to librdkafka",
            _ when IsSecret(name) => "has a value that librdkafka does not take",
            _ => $"has a value that librdkafka does not take: {KafkaErrors.Utf8(error)}",
        };
    }

    /// <summary>Whether a property's value must not be told.</summary>
    public static bool IsSecret(string name) => s_secret.Any(part => name.Contains(part, StringComparison.Ordinal));
}
