using EventBus.Benchmarks.Races;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Redis.Ours;

/// <summary>What the bus is given to carry: 200 bytes, as they are or made by its serializer.</summary>
/// <param name="Register">Makes the type known to a bus.</param>
/// <param name="Make">Makes an event.</param>
/// <param name="Size">The size of the data of an event that arrived.</param>
internal sealed record BusEvent<TEvent>(Action<EventBusBuilder> Register, Func<TEvent> Make, Func<TEvent, int> Size)
    where TEvent : notnull;

internal static class BusEvent
{
    private const string Name = "bench.event";
    private static readonly Guid UserId = Guid.CreateVersion7();
    private static readonly string Text = new('x', Payload.Size - BenchJson.SizeOf(new JsonEvent(UserId, "")));

    /// <summary>The bytes as they are, as the client alone sends them: what differs is the bus.</summary>
    public static BusEvent<BytesEvent> Bytes { get; } = new(
        static bus => bus.UseSerializer(new BytesSerializer()).Event<BytesEvent>(Name),
        static () => new BytesEvent(Payload.Bytes),
        static received => received.Data.Length);

    /// <summary>An object that becomes as many bytes of JSON, as the bus is mostly used.</summary>
    public static BusEvent<JsonEvent> Json { get; } = new(
        static bus => bus.Event(Name, BenchJson.Default.JsonEvent),
        static () => new JsonEvent(UserId, Text),
        static received => Payload.Size - Text.Length + received.Text.Length);
}
