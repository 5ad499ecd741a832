using System.CommandLine;
using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Kafka;
using EventBus.Benchmarks.Kafka.Brokers;
using EventBus.Benchmarks.Load;
using EventBus.Benchmarks.Parts;
using EventBus.Benchmarks.Redis;
using EventBus.Benchmarks.Redis.Server;
using EventBus.Benchmarks.Soak;
using EventBus.Benchmarks.Table;

namespace EventBus.Benchmarks;

/// <summary>The command line: <c>table</c>, <c>load</c>, <c>redis</c>, <c>kafka</c>, <c>soak</c>, <c>parts</c>, <c>features</c>, and everything in short.</summary>
internal static class Commands
{
    private const int DefaultRounds = 7;
    private const int DefaultFeatureRounds = 25;
    private const int DefaultMinutes = 30;
    private const string Short = "--short";

    /// <summary>Whether an option that stands first belongs to the load command, whose verb may be left out.</summary>
    public static bool IsOfLoad(string option) => option is not (Short or "--help" or "--version");

    public static RootCommand Create()
    {
        var isShort = new Option<bool>(Short) { Description = "Run everything briefly, to see that it runs; the figures mean little." };
        var root = new RootCommand("Measures EventBus beside its floors. Without a verb: 'load' where there are options, else 'table'.")
        {
            Load(), Table(), Redis(), Kafka(), Soak(), PartsVerb(), Features(), isShort,
        };
        root.SetAction(result => result.GetValue(isShort) ? EverythingAsync() : TableAsync(false, DefaultRounds, "", null));
        return root;
    }

    private static Command Load()
    {
        var defaults = new LoadOptions();
        var transport = new Option<string>("--transport")
        {
            Description = "What carries the events.",
            DefaultValueFactory = _ => defaults.Transport,
        };
        transport.AcceptOnlyFromAmong(defaults.Transport);
        var producers = Number("--producers", "How many producers there are.", defaults.Producers);
        var messages = Number("--messages", "How many events each of them sends in a round.", defaults.Messages);
        var concurrency = Number("--concurrency", "How many events a group handles at once.", defaults.Concurrency);
        var keys = Number("--keys", "How many keys the events have; 0 for none.", defaults.Keys, least: 0);
        var scoped = new Option<bool>("--scoped") { Description = "Give each delivery a scope and a handler of its own." };
        var batch = Number("--batch", "How many events are published at once.", defaults.Batch);
        var topics = Number("--topics", "How many topics the events go to.", defaults.Topics, most: Topics.Most);
        var partitions = Number("--partitions", "How many partitions a topic has.", defaults.Partitions);
        var groups = Number("--groups", "How many groups handle every event.", defaults.Groups);
        var rounds = Number("--rounds", "How many rounds to take the median of.", defaults.Rounds);
        var json = new Option<FileInfo?>("--json") { Description = "Also write the figures to this file, as JSON." };
        var command = new Command("load", "Puts a load on the whole way of an event, beside floors and a rival.")
        {
            transport, producers, messages, concurrency, keys, scoped, batch, topics, partitions, groups, rounds, json,
        };
        command.SetAction(result => new LoadCommand(Console.Out, new LoadOptions
        {
            Transport = result.GetRequiredValue(transport),
            Producers = result.GetValue(producers),
            Messages = result.GetValue(messages),
            Concurrency = result.GetValue(concurrency),
            Keys = result.GetValue(keys),
            Scoped = result.GetValue(scoped),
            Batch = result.GetValue(batch),
            Topics = result.GetValue(topics),
            Partitions = result.GetValue(partitions),
            Groups = result.GetValue(groups),
            Rounds = result.GetValue(rounds),
            Json = result.GetValue(json),
        }).RunAsync());
        return command;
    }

    private static Command Table()
    {
        var isShort = new Option<bool>(Short) { Description = "One brief round of each row; the repository's file stays as it is." };
        var rounds = Number("--rounds", "How many rounds to take the median of.", DefaultRounds);
        var only = new Option<string>("--only") { Description = "Only rows and curves with this text.", DefaultValueFactory = _ => "" };
        var file = new Option<FileInfo?>("--output") { Description = "Where the table goes; without --short and --only, to the repository's file." };
        var command = new Command("table", "Measures every row of the table beside its floor.") { isShort, rounds, only, file };
        command.SetAction(result => TableAsync(
            result.GetValue(isShort), result.GetValue(rounds), result.GetRequiredValue(only), result.GetValue(file)));
        return command;
    }

    private static Command Redis()
    {
        var isShort = new Option<bool>(Short) { Description = "One brief round of each row; the repository's file stays as it is." };
        var rounds = Number("--rounds", "How many rounds to take the median of.", DefaultRounds);
        var only = new Option<string>("--only") { Description = "Only rows with this text.", DefaultValueFactory = _ => "" };
        var address = new Option<string?>("--redis") { Description = "HOST:PORT of a server; without it, one is started for the run." };
        var file = new Option<FileInfo?>("--output") { Description = "Where the tables go; without --short and --only, to the repository's file." };
        var command = new Command("redis", "Measures the bus on Redis beside the client alone.") { isShort, rounds, only, address, file };
        command.SetAction(result => RedisAsync(
            result.GetValue(isShort),
            result.GetValue(isShort) ? 1 : result.GetValue(rounds),
            result.GetRequiredValue(only),
            result.GetValue(address),
            result.GetValue(file)));
        return command;
    }

    private static Command Kafka()
    {
        var isShort = new Option<bool>(Short) { Description = "One brief round of each row; the repository's file stays as it is." };
        var rounds = Number("--rounds", "How many rounds to take the median of.", DefaultRounds);
        var only = new Option<string>("--only") { Description = "Only rows with this text.", DefaultValueFactory = _ => "" };
        var addresses = new Option<string?>("--bootstrap") { Description = "HOST:PORT of brokers; without it, mock ones are started for the run." };
        var file = new Option<FileInfo?>("--output") { Description = "Where the tables go; without --short and --only, to the repository's file." };
        var command = new Command("kafka", "Measures the bus on Kafka beside the client alone.") { isShort, rounds, only, addresses, file };
        command.SetAction(result => KafkaAsync(
            result.GetValue(isShort),
            result.GetValue(isShort) ? 1 : result.GetValue(rounds),
            result.GetRequiredValue(only),
            result.GetValue(addresses),
            result.GetValue(file)));
        return command;
    }

    private static Command Soak()
    {
        var minutes = Number("--minutes", "How long to run.", DefaultMinutes);
        var folder = new Option<DirectoryInfo?>("--output") { Description = "The folder for the page and the drawing; without it, the repository's." };
        var command = new Command("soak", "Runs the bus on Redis for long, and fails where memory or latency rise or an event is lost.") { minutes, folder };
        command.SetAction(async result =>
        {
            await using var server = await RedisServer.StartAsync(address: null);
            var soak = new SoakCommand(Console.Out, server, new SoakOptions(TimeSpan.FromMinutes(result.GetValue(minutes))));
            return await soak.RunAsync(result.GetValue(folder) ?? ResultsFile.Find("soak.md")?.Directory) ? 0 : 1;
        });
        return command;
    }

    private static Command PartsVerb()
    {
        var command = new Command("parts", "Measures the parts with BenchmarkDotNet; takes its options, and --short.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(result => PartsCommand.Run([.. result.UnmatchedTokens]) ? 0 : 1);
        return command;
    }

    private static Command Features()
    {
        var rounds = Number("--rounds", "How many rounds to take the median of.", DefaultFeatureRounds);
        var file = new Option<FileInfo?>("--output") { Description = "Where the table goes as well." };
        var command = new Command("features", "Measures what each feature adds to the way of an event.") { rounds, file };
        command.SetAction(async result =>
        {
            var document = await new FeaturesCommand(Console.Out, result.GetValue(rounds)).RunAsync();
            if (result.GetValue(file) is { } output)
            {
                await File.WriteAllTextAsync(output.FullName, document);
            }

            return 0;
        });
        return command;
    }

    private static async Task<int> EverythingAsync()
    {
        await TableAsync(isShort: true, rounds: 1, only: "", file: null);
        await new LoadCommand(Console.Out, new LoadOptions { Messages = 1_000, Rounds = 1 }).RunAsync();
        await RedisAsync(isShort: true, rounds: 1, only: "", address: null, file: null);
        await KafkaAsync(isShort: true, rounds: 1, only: "", addresses: null, file: null);
        return PartsCommand.Run([Short]) ? 0 : 1;
    }

    private static async Task<int> TableAsync(bool isShort, int rounds, string only, FileInfo? file)
    {
        var document = await new TableCommand(Console.Out, isShort, rounds, only).RunAsync();
        await KeepAsync(document, file ?? (isShort || only.Length > 0 ? null : ResultsFile.Find("in-memory.md")));
        return 0;
    }

    private static async Task<int> RedisAsync(bool isShort, int rounds, string only, string? address, FileInfo? file)
    {
        await using var server = await RedisServer.StartAsync(address);
        var document = await new RedisCommand(Console.Out, server, isShort, rounds, only).RunAsync();
        await KeepAsync(document, file ?? (isShort || only.Length > 0 ? null : ResultsFile.Find("redis.md")));
        return 0;
    }

    private static async Task<int> KafkaAsync(bool isShort, int rounds, string only, string? addresses, FileInfo? file)
    {
        await using var brokers = await KafkaBrokers.StartAsync(addresses);
        var document = await new KafkaCommand(Console.Out, brokers, isShort, rounds, only).RunAsync();
        await KeepAsync(document, file ?? (isShort || only.Length > 0 ? null : ResultsFile.Find("kafka.md")));
        return 0;
    }

    private static async Task KeepAsync(string document, FileInfo? file)
    {
        if (file is not null)
        {
            await File.WriteAllTextAsync(file.FullName, document);
            Console.WriteLine($"\nWritten to {file.FullName}.");
        }
    }

    private static Option<int> Number(string name, string description, int value, int least = 1, int most = int.MaxValue)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            var given = result.GetValueOrDefault<int>();
            if (given < least || given > most)
            {
                result.AddError($"{name} is {given}; it has to be from {least} to {most}.");
            }
        });
        return option;
    }
}
