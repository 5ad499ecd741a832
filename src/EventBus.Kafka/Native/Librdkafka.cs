using System.Reflection;
using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <summary>
/// The functions of librdkafka's C API that the transport calls, in the library that the package of Confluent.Kafka brings. They are called
/// directly because Confluent.Kafka's own client has no way to the metadata of a commit, and makes several objects for each event.
/// </summary>
/// <remarks>
/// Pointers are the C types that the names tell; null where C allows NULL. What a function returns as an error object the caller destroys,
/// which <see cref="KafkaErrors.Take"/> does.
/// </remarks>
/// <seealso href="https://github.com/confluentinc/librdkafka/blob/v2.15.1/src/rdkafka.h"/>
internal static partial class Librdkafka
{
    private const string Library = "librdkafka";

    // The package has several builds of the library: for musl, and for systems with another OpenSSL.
    private static readonly string[] s_names = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        var names = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? s_names.Reverse() : s_names;
        foreach (var candidate in names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
