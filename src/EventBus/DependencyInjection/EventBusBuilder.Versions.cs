using System.Text.Json.Nodes;
using EventBus.Catalog.Versions;

namespace Microsoft.Extensions.DependencyInjection;

public sealed partial class EventBusBuilder
{
    /// <summary>
    /// Says how the JSON of one version of a contract becomes that of the next, before it becomes a type. Steps are chained: with
    /// those from 1 and from 2, a handler of version 3 receives what was published as version 1. Only with JSON.
    /// </summary>
    /// <param name="name">The contract name of a registered event.</param>
    /// <param name="from">The version that the step starts from; it leads to the next one.</param>
    /// <param name="upcast">
    /// Returns the data as the next version has it: the object that it was given, changed, or a new one. Called from any thread, once
    /// an event. What it throws is an event that cannot be decoded. Null where the next version reads the data as it is.
    /// </param>
    public EventBusBuilder Upcast(string name, int from, Func<JsonObject, JsonObject>? upcast = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        _registration.Upcasters.Add(new UpcastStep(name, from, upcast));
        return this;
    }
}
