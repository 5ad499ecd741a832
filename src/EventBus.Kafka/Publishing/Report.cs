using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Publishing;

/// <summary>What became of one event.</summary>
/// <param name="Code">Why it failed; <see cref="ErrorCode.NoError"/> where it is stored.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its place there; less than 0 where it is stored and the brokers did not tell where.</param>
/// <param name="IsKnown">Whether an event that failed is known not to be stored.</param>
internal readonly record struct Report(ErrorCode Code, int Partition, long Offset, bool IsKnown)
{
    private const int NotStored = 0;

    public static unsafe Report Of(NativeMessage* message) => new(
        (ErrorCode)message->Error, message->Partition, message->Offset,
        message->Error != 0 && Librdkafka.StatusOf(message) == NotStored);

    /// <summary>Of an event that the library did not take.</summary>
    public static Report NotTaken(ErrorCode code) => new(code, -1, -1, IsKnown: true);

    /// <summary>A stored event's place, as far as it is known.</summary>
    public Offset Place => Offset < 0 ? default : new Offset((ulong)Offset);
}
