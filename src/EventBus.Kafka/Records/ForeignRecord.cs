using EventBus.Kafka.Native;
using EventBus.Transports;

namespace EventBus.Kafka.Records;

/// <summary>
/// A record without an event's attributes, which somebody else wrote. It has the contract that the settings give to its topic; without one it is handed out
/// with all that it has, and ends as a dead letter.
/// </summary>
internal static unsafe class ForeignRecord
{
    private const string Json = "application/json";

    public static Envelope Read(
        NativeMessage* message, string topic, in RecordAttributes attributes, IDictionary<string, string> contracts)
    {
        var contract = contracts.TryGetValue(topic, out var known) ? known : null;
        var metadata = new EventMetadata
        {
            Type = contract ?? ForeignEvents.Type,
            Source = Uri.EscapeDataString(topic),
            DataContentType = attributes.ContentType.Length > 0 ? attributes.ContentType.Text : contract is null ? null : Json,
            Headers = attributes.ReadHeaders(),
        };
        return new Envelope(
            RecordReader.IdOf(message, topic), RecordReader.TimeOf(message), metadata, message->ValueBytes.ToArray(), RecordReader.KeyOf(message));
    }
}
