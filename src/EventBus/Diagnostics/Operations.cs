namespace EventBus.Diagnostics;

/// <summary>What the bus does, in OpenTelemetry's words.</summary>
internal static class Operations
{
    public const string Send = "send";
    public const string Receive = "receive";
    public const string Process = "process";
}
