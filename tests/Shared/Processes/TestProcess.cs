using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Shared.Processes;

/// <summary>A publisher or a member of a group in a process of its own.</summary>
internal static class TestProcess
{
    /// <summary>Does what the command line says, until all is published, or a member's standard input ends.</summary>
    /// <param name="args">The command line, which is <see cref="ProcessSettings.ToArgument"/>.</param>
    /// <param name="use">Chooses the transport.</param>
    public static async Task RunAsync(string[] args, Action<EventBusBuilder, ProcessSettings> use)
    {
        var settings = ProcessSettings.Parse(args[0]);
        using var stop = new CancellationTokenSource();

        // Ends with its standard input, so that nothing is left behind by a test process that was killed itself.
        var parent = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync() is not null)
            {
                // Nothing is told this way but the end.
            }

            await stop.CancelAsync();
        });
        if (settings.Count > 0)
        {
            await PublishingProcess.RunAsync(settings, use, stop.Token);
        }
        else
        {
            await MemberProcess.RunAsync(settings, use, stop.Token);
        }
    }
}
