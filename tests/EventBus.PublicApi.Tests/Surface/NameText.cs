using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>Types' names as C# writes them, with their nullability. Only declarations show the namespace.</summary>
internal static class NameText
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool",
        [typeof(char)] = "char", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short",
        [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Return(MethodInfo method) => Of(method.ReturnParameter);

    public static string Of(ParameterInfo parameter)
    {
        var info = Nullability.Create(parameter);
        return Of(parameter.ParameterType, info, parameter.Position < 0 ? info.ReadState : info.WriteState);
    }

    public static string Of(PropertyInfo property)
    {
        var info = Nullability.Create(property);
        return Of(property.PropertyType, info, property.CanRead ? info.ReadState : info.WriteState);
    }

    public static string Of(FieldInfo field)
    {
        var info = Nullability.Create(field);
        return Of(field.FieldType, info, info.ReadState);
    }

    public static string Of(EventInfo @event) => Of(@event.EventHandlerType!);

    /// <param name="type">The type.</param>
    /// <param name="info">What is known of the nullability; null where none can be, such as of a base type.</param>
    /// <param name="state">Whether the type itself may be null.</param>
    /// <param name="declaration">Whether to write the variance of its parameters too.</param>
    public static string Of(
        Type type, NullabilityInfo? info = null, NullabilityState state = NullabilityState.NotNull, bool declaration = false)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, info, state);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Of(value)}?";
        }

        var mark = state == NullabilityState.Nullable && !type.IsValueType ? "?" : string.Empty;
        if (type.IsArray)
        {
            var rank = new string(',', type.GetArrayRank() - 1);
            return $"{Of(type.GetElementType()!, info?.ElementType, info?.ElementType?.ReadState ?? default)}[{rank}]{mark}";
        }

        if (type.IsGenericParameter)
        {
            return $"{(declaration ? Variance(type) : "")}{type.Name}{(CanTakeMark(type) ? mark : "")}";
        }

        return Keywords.TryGetValue(type, out var keyword) ? $"{keyword}{mark}" : $"{Named(type, info, declaration)}{mark}";
    }

    /// <summary>A type's bare name.</summary>
    public static string Short(Type type) => type.Name.Split('`')[0];

    private static string Named(Type type, NullabilityInfo? info, bool declaration)
    {
        var outer = type.IsNested ? $"{Named(type.DeclaringType!, null, declaration)}."
            : declaration ? $"{type.Namespace}."
            : string.Empty;
        var skipped = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var arguments = type.GetGenericArguments().Skip(skipped).Select((argument, i) =>
        {
            var inner = info?.GenericTypeArguments.ElementAtOrDefault(i + skipped);
            return Of(argument, inner, inner?.ReadState ?? NullabilityState.NotNull, declaration && argument.IsGenericParameter);
        }).ToList();
        if (type.IsValueType && type.IsAssignableTo(typeof(ITuple)))
        {
            return $"({string.Join(", ", arguments)})";
        }

        return arguments.Count == 0 ? outer + Short(type) : $"{outer}{Short(type)}<{string.Join(", ", arguments)}>";
    }

    // Of an unconstrained parameter reflection says that it may be null, whether the source has a mark or not.
    private static bool CanTakeMark(Type parameter) => ConstraintText.Of([parameter]).Length > 0;

    private static string Variance(Type parameter) =>
        (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => string.Empty,
        };
}
