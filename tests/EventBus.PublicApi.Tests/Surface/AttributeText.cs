using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventBus.PublicApi.Tests.Surface;

/// <summary>The attributes that are part of a contract: what trimming has to keep, and what is not to be called.</summary>
internal static class AttributeText
{
    private static readonly Type[] Contract =
    [
        typeof(RequiresUnreferencedCodeAttribute), typeof(RequiresDynamicCodeAttribute), typeof(RequiresAssemblyFilesAttribute),
        typeof(ObsoleteAttribute), typeof(ExperimentalAttribute), typeof(FlagsAttribute),
    ];

    public static string Of(MemberInfo member) => string.Concat(
        member.GetCustomAttributesData()
            .Where(data => Contract.Contains(data.AttributeType) && !IsForOldCompilers(member, data.AttributeType))
            .Select(data => $"[{data.AttributeType.Name[..^"Attribute".Length]}] ")
            .Order(StringComparer.Ordinal));

    // A constructor beside required members is marked as obsolete for compilers that do not know them.
    private static bool IsForOldCompilers(MemberInfo member, Type attribute) =>
        attribute == typeof(ObsoleteAttribute) && member.IsDefined(typeof(CompilerFeatureRequiredAttribute));
}
