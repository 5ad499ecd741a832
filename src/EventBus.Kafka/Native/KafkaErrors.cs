using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EventBus.Kafka.Native;

/// <summary>Errors as the library tells them, under the names that Confluent.Kafka has for the codes.</summary>
internal static unsafe class KafkaErrors
{
    /// <summary>Throws for a code other than 0.</summary>
    public static void Check(int code)
    {
        if (code != 0)
        {
            throw ToException(code);
        }
    }

    /// <summary>Throws for an error object, and destroys it.</summary>
    public static void Check(nint error)
    {
        if (Take(error) is { } exception)
        {
            throw exception;
        }
    }

    /// <summary>Destroys an error object.</summary>
    /// <returns>What it says; null for none.</returns>
    public static ClusterException? Take(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        var taken = new ClusterError((ErrorCode)Librdkafka.CodeOf(error), Utf8(Librdkafka.TextOf(error)), Librdkafka.IsFatal(error) != 0);
        Librdkafka.DestroyError(error);
        return new ClusterException(taken);
    }

    public static ClusterException ToException(int code) => new(new ClusterError((ErrorCode)code, Text(code)));

    /// <summary>What a code means, in the library's words.</summary>
    public static string Text(int code) => Utf8(Librdkafka.ErrorText(code));

    /// <summary>Text that the library owns.</summary>
    public static string Utf8(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
