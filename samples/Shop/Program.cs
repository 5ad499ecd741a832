using EventBus;
using Microsoft.Extensions.Options;
using Shop;

try
{
    await using var app = ShopApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception wrong) when (wrong is OptionsValidationException or EventBusException or IOException)
{
    await Console.Error.WriteLineAsync($"The shop cannot start. {wrong.Message}");
    return 1;
}
