namespace EventBus.PublicApi.Tests.Rules;

/// <summary>Folders and namespaces agree, so that a type's name leads to its file.</summary>
public sealed class NamespaceTests
{
    // What hangs on IServiceCollection is found without a using there: the convention of all Microsoft.Extensions.
    private const string RegistrationFolder = "DependencyInjection";
    private const string RegistrationNamespace = "Microsoft.Extensions.DependencyInjection";

    [Theory]
    [MemberData(nameof(Packages.Names), MemberType = typeof(Packages))]
    public void Namespace_OfAFile_IsItsFolder(string package)
    {
        Assert.Empty(Packages.Files(package).SelectMany(file => Problems(package, file)));
    }

    private static IEnumerable<string> Problems(string package, string file)
    {
        const string Declaration = "namespace ";
        var folder = Path.GetRelativePath(Path.Combine(Packages.Source, package), Path.GetDirectoryName(file)!);
        var expected = folder == "." ? package : $"{package}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";
        return File.ReadLines(file)
            .Where(line => line.StartsWith(Declaration, StringComparison.Ordinal))
            .Select(line => line[Declaration.Length..].TrimEnd(';', ' '))
            .Where(declared => declared != expected && !(folder == RegistrationFolder && declared == RegistrationNamespace))
            .Select(declared => $"{file} declares {declared}; its folder says {expected}");
    }
}
