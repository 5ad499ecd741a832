using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using StackExchange.Redis;

namespace EventBus.Packages.Tests.Connections;

/// <summary>StackExchange.Redis finds every member that it was compiled against, also those that no other test reaches.</summary>
public sealed class ClientSurfaceTests
{
    private const string Library = "Pipelines.Sockets.Unofficial";

    [Fact]
    public void Client_CompiledAgainstTheLibrary_FindsEveryMember()
    {
        var module = typeof(ConnectionMultiplexer).Module;
        using var file = new PEReader(File.OpenRead(module.FullyQualifiedName));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Where(handle => IsOfLibrary(metadata, handle)).ToList();
        var members = metadata.MemberReferences
            .Where(handle => IsOfLibrary(metadata, metadata.GetMemberReference(handle).Parent))
            .ToList();

        Assert.True(types.Count > 20 && members.Count > 50, $"only {types.Count} types and {members.Count} members were found");
        Assert.Empty(types.Select(handle => Missing(() => module.ResolveType(MetadataTokens.GetToken(handle)))).OfType<string>());
        Assert.Empty(members.Select(handle => Missing(() => Resolve(module, handle))).OfType<string>());
    }

    private static MemberInfo? Resolve(Module module, MemberReferenceHandle handle)
    {
        // A member of a generic type may name the parameters of whatever type and method it is used in. Any type will do.
        Type[] parameters = [.. Enumerable.Repeat(typeof(object), 4)];
        return module.ResolveMember(MetadataTokens.GetToken(handle), parameters, parameters);
    }

    private static string? Missing(Func<MemberInfo?> resolve)
    {
        try
        {
            return resolve() is null ? "a member that resolves to nothing" : null;
        }
        catch (Exception missing) when (missing is MissingMemberException or TypeLoadException or BadImageFormatException)
        {
            return missing.Message;
        }
    }

    private static bool IsOfLibrary(MetadataReader metadata, EntityHandle parent)
    {
        switch (parent.Kind)
        {
            case HandleKind.TypeReference:
                var scope = metadata.GetTypeReference((TypeReferenceHandle)parent).ResolutionScope;
                return scope.Kind == HandleKind.TypeReference
                    ? IsOfLibrary(metadata, scope)
                    : scope.Kind == HandleKind.AssemblyReference
                        && metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name) == Library;
            case HandleKind.TypeSpecification:
                var signature = metadata.GetBlobReader(
                    metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
                return signature.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance
                    && signature.ReadCompressedInteger() > 0
                    && IsOfLibrary(metadata, signature.ReadTypeHandle());
            default:
                return false;
        }
    }
}
