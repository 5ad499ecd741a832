using EventBus.Kafka.TestProcess;

// Ends with its standard input, so that nothing is left behind by a test process that was killed itself.
var settings = ProcessSettings.Parse(args);
using var stop = new CancellationTokenSource();
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
    await PublishingProcess.RunAsync(settings, stop.Token);
}
else
{
    await MemberProcess.RunAsync(settings, stop.Token);
}
