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
    var mistakes = wrong is OptionsValidationException settings ? string.Join(' ', settings.Failures) : wrong.Message;
    await Console.Error.WriteLineAsync($"The service cannot start. {mistakes}");
    return 1;
}
