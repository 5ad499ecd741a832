using EventBus;
using Microsoft.Extensions.Options;
using UserActivity;

try
{
    await using var app = UserActivityApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception wrong) when (wrong is OptionsValidationException or EventBusException or IOException)
{
    await Console.Error.WriteLineAsync($"The service cannot start. {wrong.Message}");
    return 1;
}
