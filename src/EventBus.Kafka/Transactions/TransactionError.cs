using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Transactions;

/// <summary>Why a step of a transaction did not succeed, and what is to be done about it.</summary>
/// <param name="Error">What the library says.</param>
/// <param name="IsRetriable">Whether the same call may succeed later.</param>
/// <param name="RequiresAbort">Whether the transaction has to be aborted, and may be stored as a new one.</param>
internal sealed record TransactionError(ClusterError Error, bool IsRetriable, bool RequiresAbort)
{
    /// <summary>Reads an error object, and destroys it; null for none.</summary>
    public static unsafe TransactionError? Take(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        var taken = new TransactionError(
            new ClusterError((ErrorCode)Librdkafka.CodeOf(error), KafkaErrors.Utf8(Librdkafka.TextOf(error)), Librdkafka.IsFatal(error) != 0),
            Librdkafka.IsRetriable(error) != 0,
            Librdkafka.RequiresAbort(error) != 0);
        Librdkafka.DestroyError(error);
        return taken;
    }

    /// <summary>Of an event that could not be handed over: the transaction begins anew.</summary>
    public static TransactionError OfEvent(ErrorCode code) => new(new ClusterError(code, KafkaErrors.Text((int)code)), IsRetriable: false, RequiresAbort: true);
}
