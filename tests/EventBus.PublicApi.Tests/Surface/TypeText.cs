using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>The line that declares a type.</summary>
internal static class TypeText
{
    public static string Declaration(Type type)
    {
        var attributes = AttributeText.Of(type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{attributes}public delegate {NameText.Return(invoke)} {NameText.Of(type, declaration: true)}"
                + $"({MemberText.Parameters(invoke)}){ConstraintText.Of(type.GetGenericArguments())}";
        }

        var bases = type.IsEnum ? [NameText.Of(Enum.GetUnderlyingType(type))] : Bases(type).ToList();
        return $"{attributes}public {Kind(type)} {NameText.Of(type, declaration: true)}"
            + (bases.Count > 0 ? $" : {string.Join(", ", bases)}" : string.Empty)
            + ConstraintText.Of(type.GetGenericArguments());
    }

    private static bool IsRecord(Type type) => type.IsValueType
        ? type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null
        : type.GetMethod("<Clone>$") is not null;

    private static bool IsOfRecord(Type type, Type candidate) =>
        IsRecord(type) && candidate == typeof(IEquatable<>).MakeGenericType(type);

    private static string Kind(Type type)
    {
        var record = IsRecord(type) ? "record " : string.Empty;
        return type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{record}struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => $"abstract {record}class",
            { IsSealed: true } => $"sealed {record}class",
            _ => $"{record}class",
        };
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            yield return NameText.Of(parent);
        }

        var inherited = (type.BaseType?.GetInterfaces() ?? [])
            .Concat(type.GetInterfaces().SelectMany(candidate => candidate.GetInterfaces()));
        var own = type.GetInterfaces().Except(inherited).Where(candidate => candidate.IsVisible && !IsOfRecord(type, candidate));
        foreach (var name in own.Select(candidate => NameText.Of(candidate)).Order(StringComparer.Ordinal))
        {
            yield return name;
        }
    }
}
