using System.Diagnostics;

namespace EventBus.Kafka.Tests.Foreign;

/// <summary>kcat, a Kafka client of its own that the tests find on the machine: Debian's package of that name.</summary>
internal sealed class Kcat(KafkaServers servers)
{
    /// <summary>Writes one record.</summary>
    /// <param name="topic">The topic's name in the cluster.</param>
    /// <param name="key">The key; null for none.</param>
    /// <param name="value">The value.</param>
    /// <param name="headers">Each as <c>name=value</c>.</param>
    public Task WriteAsync(string topic, string? key, string value, params string[] headers) => RunAsync(
        key is null ? value : $"{key}|{value}",
        ["-P", "-t", topic, .. key is null ? Array.Empty<string>() : ["-K", "|"], .. headers.SelectMany(static header => new[] { "-H", header })]);

    /// <summary>Reads all records of a topic, a line each.</summary>
    /// <param name="topic">The topic's name in the cluster.</param>
    /// <param name="format">What is printed of each, in kcat's words.</param>
    public async Task<string[]> ReadAsync(string topic, string format) =>
        (await RunAsync(null, ["-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", format + "\\n"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string> RunAsync(string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("kcat", ["-b", servers.BootstrapServers, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Within();
        Assert.True(process.ExitCode == 0, $"kcat {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }
}
