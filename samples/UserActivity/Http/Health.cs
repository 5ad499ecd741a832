using System.Text.Json.Serialization;

namespace UserActivity.Http;

/// <summary>What <c>GET /health</c> answers.</summary>
internal sealed record Health(string Status, string Producer, string Consumer)
{
    private const string Connected = "connected";

    [JsonIgnore]
    public bool IsHealthy => Producer == Connected && Consumer == Connected;

    public static Health Of(bool producer, bool consumer) =>
        new(producer && consumer ? "healthy" : "degraded", Side(producer), Side(consumer));

    private static string Side(bool isUp) => isUp ? Connected : "disconnected";
}
