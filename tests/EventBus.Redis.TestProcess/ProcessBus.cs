using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Redis.TestProcess;

/// <summary>The bus of a process.</summary>
internal static class ProcessBus
{
    public static ServiceProvider Create(ProcessSettings settings, Journal journal, Action<EventBusBuilder> configure) => new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(journal))
        .AddEventBus(bus =>
        {
            bus.UseRedis(settings.Configuration, options =>
            {
                options.Partitions = settings.Partitions;
                options.MemberTimeout = settings.MemberTimeout ?? options.MemberTimeout;
                if (settings.IsCompeting)
                {
                    options.CompetingGroups.Add("*");
                }
            });
            bus.Event(Counted.Topic, CountedJson.Default.Counted, key: static counted => counted.Key);
            configure(bus);
        })
        .Services.BuildServiceProvider();
}
