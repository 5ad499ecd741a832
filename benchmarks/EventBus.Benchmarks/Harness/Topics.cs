using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Harness;

/// <summary>An event type with a topic of its own.</summary>
internal interface ITopic
{
    void Register(EventBusBuilder bus, string name, Func<BenchEvent, string?>? key);

    BenchEvent Make(long number, long sentAt, string? key);
}

/// <summary>A thousand event types, made of three digits each: a topic belongs to a type, and nobody writes a thousand of them.</summary>
internal static class Topics
{
    public const int Most = 1000;
    private static readonly Type[] Digits =
    [
        typeof(Digit0), typeof(Digit1), typeof(Digit2), typeof(Digit3), typeof(Digit4),
        typeof(Digit5), typeof(Digit6), typeof(Digit7), typeof(Digit8), typeof(Digit9),
    ];

    public static IEnumerable<ITopic> First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        return Enumerable.Range(0, count).Select(number => (ITopic)Activator.CreateInstance(typeof(Topic<,,>).MakeGenericType(
            Digits[number / 100], Digits[number / 10 % 10], Digits[number % 10]))!);
    }

    private sealed class Topic<T1, T2, T3> : ITopic
    {
        public void Register(EventBusBuilder bus, string name, Func<BenchEvent, string?>? key) =>
            bus.Event<TopicEvent<T1, T2, T3>>(name, key: key);

        public BenchEvent Make(long number, long sentAt, string? key) =>
            new TopicEvent<T1, T2, T3> { Number = number, SentAt = sentAt, Key = key };
    }

    private sealed class TopicEvent<T1, T2, T3> : BenchEvent;

    private sealed class Digit0;

    private sealed class Digit1;

    private sealed class Digit2;

    private sealed class Digit3;

    private sealed class Digit4;

    private sealed class Digit5;

    private sealed class Digit6;

    private sealed class Digit7;

    private sealed class Digit8;

    private sealed class Digit9;
}
