using System.Globalization;
using EventBus.Shared.Processes;
using Microsoft.Extensions.DependencyInjection;

await TestProcess.RunAsync(args, static (bus, settings) => bus.UseKafka(settings.Address, options =>
{
    options.Prefix = settings.Prefix;
    options.NewTopics.Partitions = settings.Partitions;

    // So long may what a process that was killed has begun hold up the readers.
    options.TransactionTimeout = TimeSpan.FromSeconds(5);
    if (settings.MemberTimeout is { } timeout)
    {
        // Below the setting's own bounds, which are for people.
        options.ConsumerProperties["session.timeout.ms"] = timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        options.ConsumerProperties["heartbeat.interval.ms"] = "100";
    }
}));
