using EventBus.Shared.Processes;
using Microsoft.Extensions.DependencyInjection;

await TestProcess.RunAsync(args, static (bus, settings) => bus.UseRedis(settings.Address, options =>
{
    options.Partitions = settings.Partitions;
    options.MemberTimeout = settings.MemberTimeout ?? options.MemberTimeout;
    if (settings.IsCompeting)
    {
        options.CompetingGroups.Add("*");
    }
}));
