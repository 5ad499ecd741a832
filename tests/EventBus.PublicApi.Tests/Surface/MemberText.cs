using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>The lines of a type's own members: public ones, and protected ones of what can be derived from.</summary>
internal static class MemberText
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["op_Equality"] = "operator ==", ["op_Inequality"] = "operator !=", ["op_LessThan"] = "operator <",
        ["op_GreaterThan"] = "operator >", ["op_LessThanOrEqual"] = "operator <=", ["op_GreaterThanOrEqual"] = "operator >=",
    };

    public static IEnumerable<(string Name, string Text)> Of(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => (name,
                $"{name} = {Convert.ToInt64(type.GetField(name)!.GetRawConstantValue(), CultureInfo.InvariantCulture)}"));
        }

        return type.GetMembers(Own).Where(IsSeen).Select(member => (member.Name, Text(member)));
    }

    public static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(ParameterText.Of));

    private static bool IsSeen(MemberInfo member) => member switch
    {
        FieldInfo field => field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !field.DeclaringType!.IsSealed),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible) && property.Name != "EqualityContract",
        EventInfo @event => IsVisible(@event.AddMethod!),
        MethodInfo method => IsVisible(method) && !IsAccessor(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute)),
        ConstructorInfo constructor => IsVisible(constructor),
        _ => false,
    };

    private static string Text(MemberInfo member) => AttributeText.Of(member) + member switch
    {
        FieldInfo field => Field(field),
        PropertyInfo property => Property(property),
        EventInfo @event => $"{Access(@event.AddMethod!)}{Modifiers(@event.AddMethod!)}event {NameText.Of(@event)} {@event.Name}",
        MethodInfo method => Method(method),
        ConstructorInfo made => $"{Access(made)}{NameText.Short(made.DeclaringType!)}({Parameters(made)})",
        _ => throw new ArgumentException($"{member} is no member to write.", nameof(member)),
    };

    private static string Field(FieldInfo field)
    {
        var access = field.IsPublic ? "public" : "protected";
        var kind = field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}";
        var value = field.IsLiteral ? $" = {ParameterText.Literal(field.GetRawConstantValue(), field.FieldType)}" : string.Empty;
        return $"{access} {kind}{NameText.Of(field)} {field.Name}{value}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
        var name = property.GetIndexParameters() is { Length: > 0 } index
            ? $"this[{string.Join(", ", index.Select(ParameterText.Of))}]"
            : property.Name;
        var widest = accessors.Find(accessor => accessor.IsPublic) ?? accessors[0];
        var verbs = accessors.Select(accessor =>
            $"{(widest.IsPublic && !accessor.IsPublic ? "protected " : "")}{Verb(accessor)};");
        return $"{Access(widest)}{Modifiers(widest)}{required}{NameText.Of(property)} {name} "
            + $"{{ {string.Join(' ', verbs)} }}";
    }

    private static string Method(MethodInfo method)
    {
        var arguments = method.GetGenericArguments();
        var parameters = string.Join(", ", arguments.Select(ParameterText.TypeParameter));
        var generic = arguments.Length > 0 ? $"<{parameters}>" : string.Empty;
        var name = method.Name switch
        {
            "op_Implicit" => $"implicit operator {NameText.Return(method)}",
            "op_Explicit" => $"explicit operator {NameText.Return(method)}",
            _ => $"{NameText.Return(method)} {Operators.GetValueOrDefault(method.Name, method.Name)}",
        };
        return $"{Access(method)}{Modifiers(method)}{name}{generic}({Parameters(method)}){ConstraintText.Of(arguments)}";
    }

    private static string Verb(MethodInfo accessor) => accessor.ReturnType != typeof(void)
        ? "get"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set";

    private static string Access(MethodBase method) =>
        method.DeclaringType!.IsInterface ? string.Empty : method.IsPublic ? "public " : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        var isOverride = method.GetBaseDefinition() != method;
        var ofInterface = method.DeclaringType!.IsInterface;
        return method switch
        {
            { IsStatic: true, IsAbstract: true } => "static abstract ",
            { IsStatic: true } => "static ",
            { IsAbstract: true } => ofInterface ? string.Empty : isOverride ? "abstract override " : "abstract ",
            { IsVirtual: false } => ofInterface ? "sealed " : string.Empty,
            _ when isOverride => method.IsFinal ? "sealed override " : "override ",
            { IsFinal: true } => string.Empty,
            _ => "virtual ",
        };
    }

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
