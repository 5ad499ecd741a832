using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>What a generic type or method asks of its type parameters.</summary>
internal static class ConstraintText
{
    // The compiler's mark for a type parameter that must not be null.
    private const string NullableAttribute = "System.Runtime.CompilerServices.NullableAttribute";
    private const byte NotNull = 1;

    public static string Of(IEnumerable<Type> parameters) =>
        string.Concat(parameters.Where(parameter => parameter.IsGenericParameter)
            .Select(parameter => (parameter.Name, Constraints: string.Join(", ", Constraints(parameter))))
            .Where(entry => entry.Constraints.Length > 0)
            .Select(entry => $" where {entry.Name} : {entry.Constraints}"));

    private static IEnumerable<string> Constraints(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        var types = parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).ToList();
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }
        else if (isStruct)
        {
            yield return parameter.IsDefined(typeof(IsUnmanagedAttribute)) ? "unmanaged" : "struct";
        }
        else if (types.Count == 0 && IsNotNull(parameter))
        {
            yield return "notnull";
        }

        foreach (var type in types)
        {
            yield return NameText.Of(type);
        }

        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
        {
            yield return "new()";
        }

        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
        {
            yield return "allows ref struct";
        }
    }

    // What stands on the parameter wins over the default that the compiler put on what declares it.
    private static bool IsNotNull(Type parameter) =>
        (Mark(parameter, NullableAttribute)
            ?? Mark(parameter.DeclaringMethod, "System.Runtime.CompilerServices.NullableContextAttribute")
            ?? Mark(parameter.DeclaringType, "System.Runtime.CompilerServices.NullableContextAttribute")) == NotNull;

    private static byte? Mark(MemberInfo? member, string attribute) =>
        member?.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.FullName == attribute)
            ?.ConstructorArguments[0].Value as byte?;
}
