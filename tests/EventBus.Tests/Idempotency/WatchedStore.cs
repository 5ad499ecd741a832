using EventBus.Idempotency;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Idempotency;

/// <summary>The store that a bus has by itself, with each call written down and, where a test says so, hindered.</summary>
internal sealed class WatchedStore(TimeProvider? time = null) : IIdempotencyStore
{
    private readonly IIdempotencyStore _store = Default(time ?? TimeProvider.System);

    /// <summary>The calls and their answers, e.g. <c>Claim: Running</c>.</summary>
    public Seen<string> Calls { get; } = new();

    public IIdempotencyStore Inner => _store;

    /// <summary>Called with <c>Claim</c>, <c>Renew</c>, <c>Complete</c> or <c>Release</c> before the call is made; may throw or wait.</summary>
    public Func<string, ValueTask> Before { get; set; } = _ => ValueTask.CompletedTask;

    /// <summary>The same after the call was made, as when its answer gets lost.</summary>
    public Func<string, ValueTask> After { get; set; } = _ => ValueTask.CompletedTask;

    public static IIdempotencyStore Default(TimeProvider time) =>
        new ServiceCollection().AddSingleton(time).AddEventBus().Services.BuildServiceProvider().GetRequiredService<IIdempotencyStore>();

    public int CountOf(string call) => Calls.Items.Count(each => each.StartsWith(call, StringComparison.Ordinal));

    public Task UntilAsync(string call, int count = 1) => Calls.UntilAsync(
        calls => calls.Count(each => each.StartsWith(call, StringComparison.Ordinal)) >= count, $"{count} × {call}");

    public async ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
        await CallAsync("Claim", () => _store.ClaimAsync(key, owner, lease, cancellationToken));

    public async ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
        await CallAsync("Renew", () => _store.RenewAsync(key, owner, lease, cancellationToken));

    public async ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken) =>
        await CallAsync("Complete", () => _store.CompleteAsync(key, owner, window, cancellationToken));

    public async ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken) => await CallAsync("Release", async () =>
    {
        await _store.ReleaseAsync(key, owner, cancellationToken);
        return true;
    });

    private async ValueTask<T> CallAsync<T>(string name, Func<ValueTask<T>> call)
    {
        try
        {
            await Before(name);
        }
        catch (Exception)
        {
            Calls.Add($"{name} failed");
            throw;
        }

        var answer = await call();
        Calls.Add($"{name}: {answer}");
        await After(name);
        return answer;
    }
}
