using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EventBus.Docs.Tests;

/// <summary>Compiles a snippet as a reader's new application would: with implicit usings and warnings about null.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    // What this test project itself runs with: the framework and the packages.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    public static CSharpCompilation Compile(Snippet snippet)
    {
        var source = snippet.IsComplete ? snippet.Text : Prelude.Complete(snippet.Text);
        var hasStatements = Parse(source).GetRoot().ChildNodes().OfType<GlobalStatementSyntax>().Any();
        var kind = hasStatements ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var options = new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create(
            $"Snippet{snippet.Line}", [Parse(ImplicitUsings), Parse(source)], References, options);
    }

    /// <summary>What the compiler has to say about a snippet; a page shows nothing that a build would complain of.</summary>
    public static IEnumerable<string> Problems(Snippet snippet) =>
        Compile(snippet).GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => $"{snippet}: {diagnostic}");

    internal static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, Language);
}
