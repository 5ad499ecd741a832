using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EventBus.Docs.Tests;

/// <summary>What stands around an extract on a page: the usings, and the variables that the text speaks of.</summary>
internal static class Prelude
{
    private const string Usings = """
        using EventBus;
        using EventBus.Pipeline;
        using EventBus.Serialization;
        using EventBus.Transports;
        using EventBus.Transports.InMemory;
        using EventBus.Docs.Tests.Shop;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using System.Text.Json.Serialization;

        """;

    // Declared only where the extract names one of them and does not declare it itself.
    private static readonly (string Name, string Declaration)[] Variables =
    [
        ("builder", "HostApplicationBuilder builder = Host.CreateApplicationBuilder();"),
        ("services", "IServiceCollection services = new ServiceCollection();"),
        ("host", "IHost host = null!;"),
        ("bus", "EventBusBuilder bus = null!;"),
        ("running", "IEventBus running = null!;"),
        ("publisher", "IEventPublisher publisher = null!;"),
        ("log", "IEventLog log = null!;"),
        ("user", "var user = new UserRegistered(\"42\", \"ada@example.org\");"),
        ("users", "UserRegistered[] users = [new(\"42\", \"ada@example.org\")];"),
        ("cancellationToken", "CancellationToken cancellationToken = default;"),
    ];

    public static string Complete(string extract)
    {
        var root = SnippetCompiler.Parse(extract).GetRoot();
        var statements = root.ChildNodes().OfType<GlobalStatementSyntax>().ToList();
        var declared = statements.SelectMany(statement => statement.DescendantNodes())
            .OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text);
        var named = statements.SelectMany(statement => statement.DescendantNodes())
            .OfType<IdentifierNameSyntax>().Select(identifier => identifier.Identifier.Text);
        var parameters = statements.SelectMany(statement => statement.DescendantNodes())
            .OfType<ParameterSyntax>().Select(parameter => parameter.Identifier.Text);
        var wanted = named.Except(declared).Except(parameters).ToHashSet(StringComparer.Ordinal);
        var variables = Variables.Where(variable => wanted.Contains(variable.Name)).Select(variable => variable.Declaration);
        return $"{Usings}{string.Join('\n', variables)}\n{extract}";
    }
}
