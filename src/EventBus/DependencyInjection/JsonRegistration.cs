using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventBus.DependencyInjection;

/// <summary>Where the events' JSON comes from: the application's options, single types, and reflection where it was asked for.</summary>
internal sealed class JsonRegistration
{
    private readonly Dictionary<Type, IJsonTypeInfoResolver> _types = [];
    private IJsonTypeInfoResolver? _reflection;

    public JsonSerializerOptions? Options { get; set; }

    public void Add<T>(JsonTypeInfo<T> typeInfo) =>
        _types[typeof(T)] = typeInfo.OriginatingResolver
            ?? throw new ArgumentException(
                $"The JsonTypeInfo of {typeof(T).Name} does not come from a resolver. Take it from a source-generated context.",
                nameof(typeInfo));

    [RequiresUnreferencedCode("Reflection-based JSON.")]
    [RequiresDynamicCode("Reflection-based JSON.")]
    public void AddReflection() => _reflection ??= new DefaultJsonTypeInfoResolver();

    /// <summary>The options to serialize with: the application's resolver first, then those of single types, then reflection.</summary>
    public JsonSerializerOptions Build()
    {
        var options = Options is null ? new JsonSerializerOptions(JsonSerializerDefaults.Web) : new JsonSerializerOptions(Options);
        IJsonTypeInfoResolver?[] resolvers = [options.TypeInfoResolver, .. _types.Values.Distinct(), _reflection];
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(resolvers);
        options.MakeReadOnly();
        return options;
    }
}
