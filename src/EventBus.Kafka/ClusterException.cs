using System.Globalization;

namespace EventBus.Kafka;

/// <summary>A call to the cluster has failed.</summary>
internal sealed class ClusterException(ClusterError error)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{error.Reason} ({error.Code})"))
{
    public ClusterError Error { get; } = error;
}
