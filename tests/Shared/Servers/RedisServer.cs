using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EventBus.Shared.Servers;

/// <summary>A redis-server process of the tests' own, on a free port of the loopback address, with a folder of its own.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _arguments;
    private Process? _process;

    /// <summary>One that keeps nothing, for a test class or for the whole assembly.</summary>
    public RedisServer()
        : this([])
    {
    }

    /// <param name="arguments">Settings beyond its own, e.g. <c>--appendonly yes</c>, each word for itself; they win.</param>
    internal RedisServer(params string[] arguments)
    {
        _arguments = arguments;
    }

    /// <summary>What it shows to clients, which then have to use TLS; disposed with it.</summary>
    internal ServerCertificate? Certificate { get; init; }

    /// <summary>The users besides the default one, in the words of <c>ACL SETUSER</c>, a line each.</summary>
    internal string? Users { get; init; }

    public int Port { get; } = FreePort();

    public string Address => $"127.0.0.1:{Port}";

    public ValueTask InitializeAsync() => new(StartAsync());

    /// <summary>Starts the server on its port and in its folder; after it has ended once more.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("redis-server", Arguments())
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                "The Redis tests need redis-server, and it is not on the PATH. On Debian and Ubuntu: apt-get install redis-server",
                missing);
        }

        var output = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Deadline.Default, TimeProvider.System) is { } line)
        {
            output.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                // Nobody reads on, so the pipe must not fill: the server goes on without a reader of its log.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException("redis-server ended at its start:\n" + string.Join('\n', output));
    }

    /// <summary>Ends the server at once, as a crash would.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>Ends the server in order: it writes what it has to.</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>Holds the server: connections stay, and nothing answers.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>Lets a held server go on.</summary>
    public Task ContinueAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
        Certificate?.Dispose();
    }

    // Not one that systems give to outgoing connections (from 32,768 on): another client could have it while the server is down.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    private async Task EndAsync(string signal)
    {
        if (_process is { } process)
        {
            await SignalAsync(signal);
            await process.WaitForExitAsync().WaitAsync(Deadline.Default, TimeProvider.System);
            _process = null;
            process.Dispose();
        }
    }

    private async Task SignalAsync(string signal)
    {
        var id = _process?.Id ?? throw new InvalidOperationException("The server does not run.");
        using var kill = Process.Start("kill", [signal, id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private List<string> Arguments()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        List<string> all = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName];
        all.AddRange(Certificate is null
            ? ["--port", port]
            : ["--port", "0", "--tls-port", port, "--tls-auth-clients", "no",
               "--tls-cert-file", Certificate.CertificatePath, "--tls-key-file", Certificate.KeyPath,
               "--tls-ca-cert-file", Certificate.CertificatePath]);
        if (Users is not null)
        {
            var file = _folder.Combine("users.acl");
            File.WriteAllText(file, Users);
            all.AddRange(["--aclfile", file]);
        }

        all.AddRange(_arguments);
        return all;
    }
}
