namespace EventBus.DependencyInjection;

/// <summary>The bus's options with their defaults filled in.</summary>
internal sealed record BusSettings(string Source, string InstanceName, TimeSpan DrainTimeout)
{
    public static BusSettings From(EventBusOptions options, string? applicationName)
    {
        var application = applicationName ?? AppDomain.CurrentDomain.FriendlyName;
        return new BusSettings(
            options.Source ?? $"/{Uri.EscapeDataString(application)}",
            options.InstanceName ?? $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}",
            options.DrainTimeout);
    }
}
