using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EventBus.Docs.Tests;

/// <summary>What stands around an extract on a page: the usings, and the variables that the text speaks of.</summary>
internal static class Prelude
{
    private const string Usings = """
        using EventBus;
        using EventBus.Conformance;
        using EventBus.Conformance.Catalog;
        using EventBus.DeadLetters;
        using EventBus.Idempotency;
        using EventBus.Pipeline;
        using EventBus.Kafka;
        using EventBus.Retry;
        using Polly;
        using EventBus.Serialization;
        using EventBus.Testing;
        using EventBus.Testing.Schemas;
        using EventBus.Transports;
        using EventBus.Transports.InMemory;
        using EventBus.Docs.Tests.Shop;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using SaslMechanism = Confluent.Kafka.SaslMechanism;
        using SecurityProtocol = Confluent.Kafka.SecurityProtocol;
        using StackExchange.Redis;
        using System.Collections.Concurrent;
        using System.Text.Json.Nodes;
        using System.Text.Json.Serialization;
        using System.Threading.RateLimiting;

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
        ("deadLetters", "IDeadLetters deadLetters = null!;"),
        ("pager", "IPager pager = null!;"),
        ("log", "IEventLog log = null!;"),
        ("store", "IIdempotencyStore store = null!;"),
        ("user", "var user = new UserRegistered(\"42\", \"ada@example.org\");"),
        ("users", "UserRegistered[] users = [new(\"42\", \"ada@example.org\")];"),
        ("cancellationToken", "CancellationToken cancellationToken = default;"),
    ];

    public static string Complete(string extract)
    {
        var nodes = SnippetCompiler.Parse(extract).GetRoot().ChildNodes().OfType<GlobalStatementSyntax>()
            .SelectMany(statement => statement.DescendantNodes())
            .ToList();
        var declared = nodes.OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text);
        var wanted = nodes.OfType<IdentifierNameSyntax>().Where(name => !IsParameter(name))
            .Select(name => name.Identifier.Text)
            .Except(declared)
            .ToHashSet(StringComparer.Ordinal);
        var variables = Variables.Where(variable => wanted.Contains(variable.Name)).Select(variable => variable.Declaration);
        return $"{Usings}{string.Join('\n', variables)}\n{extract}";
    }

    private static bool IsParameter(IdentifierNameSyntax name) =>
        name.Ancestors().OfType<LambdaExpressionSyntax>()
            .SelectMany(lambda => lambda.ChildNodes())
            .SelectMany(node => node.DescendantNodesAndSelf(child => child is ParameterListSyntax))
            .OfType<ParameterSyntax>()
            .Any(parameter => parameter.Identifier.Text == name.Identifier.Text);
}
