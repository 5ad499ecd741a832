using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Workloads;

/// <summary>Turns a <see cref="BusShape"/> into events and subscriptions.</summary>
internal static class BusWiring
{
    private const string Topic = "bench.event";

    public static string GroupName(int group) => $"bench-{group}";

    public static void Wire(EventBusBuilder bus, BusShape shape, EventSink sink)
    {
        bus.UseInMemory(options =>
        {
            options.Partitions = shape.Partitions;
            options.RetainedEvents = shape.Retained ?? options.RetainedEvents;
        });
        AddEvents(bus, shape.Topics, shape.Keyed ? static sent => sent.Key : null);
        for (var group = 0; group < shape.Groups; group++)
        {
            var subscription = bus.Subscription(GroupName(group)).WithConcurrency(shape.Concurrency);
            _ = shape.Scoped ? subscription.Handle<BenchEvent, SinkHandler>() : subscription.Handle(new SinkHandler(sink));
        }

        AddBystanders(bus, shape);
    }

    private static void AddEvents(EventBusBuilder bus, int topics, Func<BenchEvent, string?>? key)
    {
        if (topics == 0)
        {
            bus.Event(Topic, key: key);
        }

        foreach (var (number, topic) in Topics.First(topics).Index())
        {
            topic.Register(bus, $"{Topic}.{number}", key);
        }
    }

    private static void AddBystanders(EventBusBuilder bus, BusShape shape)
    {
        if (shape.GroupsElsewhere + shape.GroupsOfAnotherType == 0)
        {
            return;
        }

        bus.Event<Elsewhere>("bench.elsewhere").Event<AnotherType>("bench.another", topic: Topic);
        for (var group = 0; group < shape.GroupsElsewhere; group++)
        {
            bus.Subscription($"elsewhere-{group}").Handle<Elsewhere>(static (_, _, _) => ValueTask.CompletedTask);
        }

        for (var group = 0; group < shape.GroupsOfAnotherType; group++)
        {
            bus.Subscription($"another-{group}").Handle<AnotherType>(static (_, _, _) => ValueTask.CompletedTask);
        }
    }

    private sealed class SinkHandler(EventSink sink) : IEventHandler<BenchEvent>
    {
        public ValueTask HandleAsync(BenchEvent @event, EventContext context, CancellationToken cancellationToken)
        {
            sink.Accept(@event);
            return ValueTask.CompletedTask;
        }
    }

    private sealed record Elsewhere;

    private sealed record AnotherType;
}
