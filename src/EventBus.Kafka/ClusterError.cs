using Confluent.Kafka;

namespace EventBus.Kafka;

/// <summary>
/// What the library or a broker says of a failure. Not Confluent.Kafka's class of that purpose: it loads all of that package's bindings by reflection, which
/// a trimmed application lacks.
/// </summary>
/// <param name="Code">What it is.</param>
/// <param name="Reason">In words.</param>
/// <param name="IsFatal">Whether the client is of no use any more.</param>
internal sealed record ClusterError(ErrorCode Code, string Reason, bool IsFatal = false);
