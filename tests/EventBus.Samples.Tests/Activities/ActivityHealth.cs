namespace EventBus.Samples.Tests.Activities;

/// <summary>What the service says of its health.</summary>
internal static class ActivityHealth
{
    public const string Healthy = """{"status":"healthy","producer":"connected","consumer":"connected"}""";
    public const string ProducerDown = """{"status":"degraded","producer":"disconnected","consumer":"connected"}""";
    public const string ConsumerDown = """{"status":"degraded","producer":"connected","consumer":"disconnected"}""";
    public const string BothDown = """{"status":"degraded","producer":"disconnected","consumer":"disconnected"}""";
}
