using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Diagnostics;

/// <summary>What a health check has found, as it finds it.</summary>
internal sealed class HealthReport
{
    private readonly List<string> _findings = [];
    private HealthStatus _status = HealthStatus.Healthy;

    /// <summary>The figures behind it, each under a flat name and of a simple type, so that any writer can show them.</summary>
    public Dictionary<string, object> Data { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a finding, unless it is that all is well.</summary>
    public void Add(HealthStatus status, string finding)
    {
        if (status == HealthStatus.Healthy)
        {
            return;
        }

        _findings.Add(finding);
        _status = status < _status ? status : _status;
    }

    /// <param name="failureStatus">What the application wants to be told where the bus is not well.</param>
    public HealthCheckResult ToResult(HealthStatus failureStatus) => new(
        _status == HealthStatus.Unhealthy ? failureStatus : _status,
        _findings.Count == 0 ? "The bus is well." : string.Join(' ', _findings),
        exception: null,
        Data);

    public static string Text(TimeSpan age) => string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:F1} s");
}
