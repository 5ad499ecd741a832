using System.Text.Json.Nodes;

namespace EventBus.Catalog.Versions;

/// <summary>From one version of a contract to the next.</summary>
/// <param name="Name">The contract name.</param>
/// <param name="From">The version that the step starts from.</param>
/// <param name="Upcast">The change; null where there is none to be made.</param>
internal sealed record UpcastStep(string Name, int From, Func<JsonObject, JsonObject>? Upcast)
{
    public int To => From + 1;

    /// <exception cref="EventBusException">The change failed.</exception>
    public JsonObject Run(JsonObject json)
    {
        try
        {
            return Upcast is null ? json : Upcast(json) ?? throw new EventBusException("It returned null.");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new EventBusException(
                $"The upcaster of '{Name}' from version {From} to {To} failed: {exception.Message}", exception);
        }
    }
}
