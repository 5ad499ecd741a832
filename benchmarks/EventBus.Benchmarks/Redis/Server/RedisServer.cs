using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventBus.Benchmarks.Races;
using StackExchange.Redis;

namespace EventBus.Benchmarks.Redis.Server;

/// <summary>The server that both sides are measured on: a process of the benchmark's own, which keeps nothing on disk, or a given one.</summary>
internal sealed class RedisServer : IMeasuredServer, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process? _process;
    private readonly DirectoryInfo? _folder;
    private readonly IConnectionMultiplexer _connection;

    private RedisServer(string address, IConnectionMultiplexer connection, Process? process = null, DirectoryInfo? folder = null)
    {
        Address = address;
        _connection = connection;
        _process = process;
        _folder = folder;
    }

    public string Address { get; }

    /// <summary>What all keys of this run begin with, so that a given server keeps the rest.</summary>
    public string Prefix { get; } = $"eventbus-bench-{Environment.ProcessId}:";

    /// <exception cref="BenchmarkException">There is no such server, or no redis-server to start.</exception>
    public static async Task<RedisServer> StartAsync(string? address)
    {
        if (address is not null)
        {
            return new RedisServer(address, await ConnectAsync(address));
        }

        var folder = Directory.CreateTempSubdirectory("eventbus-bench-");
        var own = $"127.0.0.1:{FreePort()}";
        Process? process = null;
        try
        {
            process = await StartProcessAsync(own, folder);
            return new RedisServer(own, await ConnectAsync(own), process, folder);
        }
        catch
        {
            process?.Kill();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>A connection as an application makes one.</summary>
    public static async Task<IConnectionMultiplexer> ConnectAsync(string address)
    {
        try
        {
            return await ConnectionMultiplexer.ConnectAsync(address);
        }
        catch (RedisException exception)
        {
            throw new BenchmarkException($"There is no Redis server at {address}: {exception.Message}", exception);
        }
    }

    /// <summary>The server's version, for the table.</summary>
    public async Task<string> VersionAsync() => (await InfoAsync("server"))["redis_version"];

    /// <inheritdoc/>
    public async Task<TimeSpan> CpuAsync()
    {
        var info = await InfoAsync("cpu");
        return TimeSpan.FromSeconds(Seconds("used_cpu_user") + Seconds("used_cpu_sys"));

        double Seconds(string field) => double.Parse(info[field], CultureInfo.InvariantCulture);
    }

    /// <summary>A whole number out of the server's INFO.</summary>
    public async Task<long> FigureAsync(string section, string field) =>
        long.Parse((await InfoAsync(section))[field], CultureInfo.InvariantCulture);

    /// <summary>How many keys the server has.</summary>
    public async Task<long> KeysAsync() => (long)await _connection.GetDatabase().ExecuteAsync("DBSIZE");

    /// <summary>Removes what the run has left, which a row that follows would otherwise carry along.</summary>
    public async Task CleanAsync()
    {
        var database = _connection.GetDatabase();
        await foreach (var key in _connection.GetServers()[0].KeysAsync(database.Database, $"{Prefix}*"))
        {
            await database.ExecuteAsync("DEL", key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CleanAsync();
        await _connection.DisposeAsync();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _folder?.Delete(recursive: true);
    }

    private static async Task<Process> StartProcessAsync(string address, DirectoryInfo folder)
    {
        var port = address.Split(':')[1];
        string[] arguments = ["--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", folder.FullName];
        var start = new ProcessStartInfo("redis-server", arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new BenchmarkException(
                "The Redis benchmark needs redis-server, which is not on the PATH. On Debian and Ubuntu: apt-get install redis-server. "
                + "Or name a server that runs: --redis HOST:PORT.",
                missing);
        }

        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            said.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                // A run that is broken off takes its server with it.
                AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();

                // Nobody reads its log any more: the pipe must not fill.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return process;
            }
        }

        throw new BenchmarkException($"redis-server ended at its start:\n{string.Join('\n', said)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<Dictionary<string, string>> InfoAsync(string section)
    {
        var text = (string)(await _connection.GetDatabase().ExecuteAsync("INFO", section))!;
        return text.Split("\r\n").Select(static line => line.Split(':', 2)).Where(static pair => pair.Length == 2)
            .ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
    }
}
