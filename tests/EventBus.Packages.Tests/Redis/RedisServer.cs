using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EventBus.Packages.Tests.Redis;

/// <summary>A redis-server process of the tests' own, on a free port of the loopback address.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServerCertificate? _certificate;
    private Process? _process;

    public RedisServer()
        : this(certificate: null)
    {
    }

    internal RedisServer(ServerCertificate? certificate)
    {
        _certificate = certificate;
    }

    public int Port { get; } = FreePort();

    public string Address => $"127.0.0.1:{Port}";

    public ValueTask InitializeAsync() => new(StartAsync());

    /// <summary>Starts the server on its port; after <see cref="KillAsync"/> once more on the same one.</summary>
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
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
        _certificate?.Dispose();
    }

    // Below those that a system gives to outgoing connections: while the server is away, no client can be given its port, and none that
    // tries to reach it can meet itself.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    private List<string> Arguments()
    {
        var port = Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<string> arguments = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName];
        arguments.AddRange(_certificate is null
            ? ["--port", port]
            : ["--port", "0", "--tls-port", port, "--tls-auth-clients", "no",
               "--tls-cert-file", _certificate.CertificatePath, "--tls-key-file", _certificate.KeyPath,
               "--tls-ca-cert-file", _certificate.CertificatePath]);
        return arguments;
    }
}
