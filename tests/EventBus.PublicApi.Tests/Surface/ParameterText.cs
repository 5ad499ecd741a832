using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>One parameter, with how it is passed and its optional value.</summary>
internal static class ParameterText
{
    public static string Of(ParameterInfo parameter)
    {
        var isThis = parameter.Position == 0 && parameter.Member.IsDefined(typeof(ExtensionAttribute));
        var isParams = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute));
        var prefix = isThis ? "this " : isParams ? "params " : Passing(parameter);
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue, parameter.ParameterType)}" : string.Empty;
        return $"{prefix}{NameText.Of(parameter)} {parameter.Name}{value}";
    }

    /// <summary>A type parameter of a method, with what trimming has to keep of it.</summary>
    public static string TypeParameter(Type parameter) =>
        parameter.GetCustomAttribute<DynamicallyAccessedMembersAttribute>() is { } keep
            ? $"[{keep.MemberTypes}] {parameter.Name}"
            : parameter.Name;

    public static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Passing(ParameterInfo parameter) => parameter switch
    {
        { ParameterType.IsByRef: false } => string.Empty,
        { IsOut: true } => "out ",
        { IsIn: true } => "in ",
        _ => "ref ",
    };
}
