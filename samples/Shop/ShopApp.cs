using EventBus;
using Shop.Admin;
using Shop.Http;
using Shop.Messaging;
using Shop.Notifications;
using Shop.Orders;
using Shop.Users;

namespace Shop;

/// <summary>The application: its services, its bus and its endpoints.</summary>
public static class ShopApp
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const long LargestBodyBytes = 1 << 20;

    /// <summary>Builds the shop; whoever calls runs it.</summary>
    /// <param name="args">Command-line settings, e.g. <c>--urls http://127.0.0.1:0</c> or <c>--EventBus:Transport=memory</c>.</param>
    /// <param name="configure">Adds to the bus what only this host of the shop needs, e.g. a middleware that watches.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong.</exception>
    public static WebApplication Build(string[] args, Action<EventBusBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ShopApp).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        UseDefaultUrl(builder);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestBodyBytes);

        builder.Services.AddEventBus(bus =>
        {
            bus.UseConfiguredTransport(builder.Configuration).AddShop();
            configure?.Invoke(bus);
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ShopPublisher>().AddSingleton<Notifier>();
        builder.Services.AddSingleton<UserService>().AddSingleton<OrderService>();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new PrintedJsonConverter<Position>());
            json.SerializerOptions.Converters.Add(new PrintedJsonConverter<EventIdentity>());
        });
        builder.Services.AddHealthChecks().AddCheck<BusHealthCheck>("event-bus");

        var app = builder.Build();
        app.UseProblems();
        app.MapUsers();
        app.MapOrders();
        app.MapHealth();
        app.MapAdmin();
        return app;
    }

    // In code and not in appsettings.json, which would win over the environment's ASPNETCORE_URLS.
    private static void UseDefaultUrl(WebApplicationBuilder builder)
    {
        string[] keys = ["urls", "http_ports", "https_ports"];
        if (keys.All(key => string.IsNullOrEmpty(builder.Configuration[key])))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }
}
