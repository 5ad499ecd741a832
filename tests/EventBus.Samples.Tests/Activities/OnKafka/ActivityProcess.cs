namespace EventBus.Samples.Tests.Activities.OnKafka;

/// <summary>The service as a process of its own, by its environment alone.</summary>
internal sealed class ActivityProcess : ActivityClient
{
    private readonly SampleProcess _process;

    private ActivityProcess(SampleProcess process, Uri address)
        : base(address)
    {
        _process = process;
    }

    /// <summary>All that it has logged.</summary>
    public string Log => _process.Log;

    /// <param name="server">The brokers.</param>
    /// <param name="prefix">What its topics and groups begin with.</param>
    public static async Task<ActivityProcess> StartAsync(KafkaServers server, string prefix)
    {
        var process = SampleProcess.Start(
            "UserActivity", [], ("PORT", "0"), ("KAFKA_BROKERS", server.BootstrapServers), ("KAFKA_TOPIC", prefix + ActivityServer.Topic),
            ("KAFKA_GROUP_ID", prefix + ActivityServer.Group),
            ("KAFKA_SESSION_TIMEOUT_MS", $"{KafkaServers.SessionTimeout.TotalMilliseconds}"));
        try
        {
            return new ActivityProcess(process, await process.UrlAsync());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process without a word.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Ends the process in order.</summary>
    public async Task StopAsync()
    {
        await _process.TerminateAsync();
        Assert.Equal(0, await _process.ExitCodeAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _process.DisposeAsync();
    }
}
