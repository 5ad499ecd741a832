using Microsoft.Extensions.DependencyInjection.Extensions;
using UserActivity.Events;
using UserActivity.Http;
using UserActivity.Messaging;

namespace UserActivity;

/// <summary>The application: its services, its bus and its endpoints.</summary>
public static class UserActivityApp
{
    private const long LargestBodyBytes = 100 << 10;

    /// <summary>Builds the service; whoever calls runs it.</summary>
    /// <param name="args">Command-line settings, by the names that the environment has, e.g. <c>--PORT=0</c> or <c>--KAFKA_TOPIC=activity</c>.</param>
    /// <param name="configure">Adds to the bus what only this host of the service needs, e.g. a broker that several share.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Settings are wrong; it lists all of them.</exception>
    public static WebApplication Build(string[] args, Action<EventBusBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(UserActivityApp).Assembly.GetName().Name,
            ContentRootPath = Path.Combine(AppContext.BaseDirectory, "UserActivity.settings"),
        });
        var settings = ServiceSettings.Read(builder.Configuration);
        UsePort(builder, settings.Port);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestBodyBytes);

        builder.Services.AddEventBus(bus =>
        {
            bus.UseConfiguredTransport(builder.Configuration, settings).AddActivity(settings);
            configure?.Invoke(bus);
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<ActivityPublisher>().AddSingleton<ProcessedEvents>();
        builder.Services.AddSingleton<BothSides>().AddHealthChecks().AddEventBus(BothSides.Check);
        // So that no answer is written by reflection.
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = ServiceJson.Default);

        var app = builder.Build();
        app.Logger.Carried(settings.Topic, TransportChoice.NameIn(builder.Configuration), settings.GroupId);
        app.UseFailureAnswers();
        app.MapEvents();
        app.MapHealth();
        return app;
    }

    // An address that is given as ASP.NET Core has it wins over PORT.
    private static void UsePort(WebApplicationBuilder builder, int port)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        }
    }
}
