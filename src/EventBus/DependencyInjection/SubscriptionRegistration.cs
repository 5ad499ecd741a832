using System.Threading.RateLimiting;
using EventBus.DeadLetters;
using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.Retry;

namespace EventBus.DependencyInjection;

/// <summary>What was said about one subscription; filled before there are services.</summary>
internal sealed class SubscriptionRegistration(string name)
{
    public string Name { get; } = name;

    public List<HandlerBinding> Handlers { get; } = [];

    /// <summary>Topics and patterns; empty for the topics of the handled events.</summary>
    public List<string> Topics { get; } = [];

    public SeekTarget StartFrom { get; set; } = SeekTarget.Earliest;

    public bool IsIdempotent { get; set; }

    /// <summary>The business keys of idempotency.</summary>
    public List<IdempotencySelector> IdempotencyKeys { get; } = [];

    public List<Action<SubscriptionOptions>> Configure { get; } = [];

    public List<Func<IServiceProvider, IConsumeMiddleware>> Middleware { get; } = [];

    /// <summary>What is said about retrying the events of one type, or of a base type of several.</summary>
    public List<(Type EventType, Action<RetryOptions> Configure)> Retries { get; } = [];

    public Func<DeadLetter, CancellationToken, ValueTask>? OnDeadLetter { get; set; }

    /// <summary>Where events go while the circuit is not closed; null to wait.</summary>
    public ConsumeDelegate? Fallback { get; set; }

    /// <summary>The application's own rate limiter; null for none.</summary>
    public Func<IServiceProvider, RateLimiter>? RateLimiter { get; set; }
}
