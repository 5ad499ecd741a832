using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Serialization;

namespace EventBus.Catalog.Versions;

/// <summary>The steps, without a gap, from an older version of a contract to a newer one.</summary>
/// <param name="steps">The steps in their order; at least one.</param>
/// <param name="json">Reads the data; null where the bus has another format, which is told at start.</param>
internal sealed class UpcastChain(UpcastStep[] steps, JsonEventSerializer? json)
{
    public string Name { get; } = steps[0].Name;

    public int From { get; } = steps[0].From;

    public int To { get; } = steps[^1].To;

    /// <summary>Whether no step changes anything.</summary>
    public bool IsPlain { get; } = Array.TrueForAll(steps, step => step.Upcast is null);

    /// <summary>The data as the newest version of the chain has it.</summary>
    /// <exception cref="EventBusException">The data is not a JSON object, or a step failed; the message says which.</exception>
    public ReadOnlyMemory<byte> Run(ReadOnlyMemory<byte> data)
    {
        if (IsPlain)
        {
            return data;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Run(Parse(data)).WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <inheritdoc cref="Run(ReadOnlyMemory{byte})"/>
    public JsonObject Run(JsonObject data) => steps.Aggregate(data, (changed, step) => step.Run(changed));

    private JsonObject Parse(ReadOnlyMemory<byte> data)
    {
        try
        {
            return json?.ParseObject(data) ?? throw new EventBusException("The data is not a JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or EventBusException)
        {
            throw new EventBusException(
                $"The data of '{Name}', version {From}, cannot be upcast to version {To}: {exception.Message}", exception);
        }
    }
}
