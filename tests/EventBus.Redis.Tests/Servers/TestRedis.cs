using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(TestRedis))]

namespace EventBus.Redis.Tests.Servers;

/// <summary>
/// The server of all tests that need none of their own, where a bus has no more rights than <see cref="MinimalAcl"/>. The environment variable
/// <c>EVENTBUS_TEST_REDIS</c> gives another one, in StackExchange.Redis' words. Tests part by the prefix of their keys.
/// </summary>
public class TestRedis : IAsyncLifetime
{
    private const string Prefix = "test-";
    private const int MostUsers = 6_000;
    private readonly string? _given;
    private readonly RedisServer _server;
    private ConnectionMultiplexer? _admin;
    private int _users;

    public TestRedis()
        : this(Environment.GetEnvironmentVariable("EVENTBUS_TEST_REDIS"))
    {
    }

    protected TestRedis(string? given, params string[] arguments)
    {
        _given = given;
        _server = new RedisServer(arguments) { Users = MinimalAcl.For(Prefix) + MinimalAcl.Numbered(Prefix, MostUsers) };
    }

    /// <summary>What a bus connects with.</summary>
    public string Configuration => _given ?? $"{_server.Address},user={MinimalAcl.User},password={MinimalAcl.Password}";

    /// <summary>A connection that may do everything, to look at what a bus has done.</summary>
    public IDatabase Admin => _admin!.GetDatabase();

    public static string NewPrefix() => $"{Prefix}{Guid.NewGuid():N}:";

    /// <summary>A user of its own for one member, with the rights of a bus.</summary>
    public TestUser NextUser()
    {
        var name = MinimalAcl.NameOf(Interlocked.Increment(ref _users));
        if (_given is null)
        {
            return new TestUser(name, $"{_server.Address},user={name},password={MinimalAcl.Password}");
        }

        // A given server knows none of the users yet, and may be one for several runs at once.
        name += $"-{Environment.ProcessId}";
        Admin.Execute("ACL", ["SETUSER", name, .. MinimalAcl.RightsOf(Prefix).Split(' ')]);
        var options = ConfigurationOptions.Parse(_given);
        options.User = name;
        options.Password = MinimalAcl.Password;
        return new TestUser(name, options.ToString(includePassword: true));
    }

    /// <summary>Cuts a user off for good: the server closes its connections and lets it in no more.</summary>
    public Task BanAsync(string user) => Admin.ExecuteAsync("ACL", "DELUSER", user);

    public async ValueTask InitializeAsync()
    {
        if (_given is null)
        {
            await _server.InitializeAsync();
        }

        await PrepareAsync(_given ?? _server.Address);
        _admin = await ConnectionMultiplexer.ConnectAsync(_given ?? _server.Address);
    }

    /// <summary>Makes the server ready for clients.</summary>
    protected virtual Task PrepareAsync(string address) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_admin is not null)
        {
            await _admin.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
