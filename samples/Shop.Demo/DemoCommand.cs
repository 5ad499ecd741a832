using EventBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Shop.Demo;

/// <summary>Runs the shop on a free port, sends it requests over HTTP, and shows each hop of each event.</summary>
internal static class DemoCommand
{
    private const int AllSeen = 0;
    private const int HopMissing = 1;
    private const int WrongUsage = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            var options = DemoOptions.Parse(args);
            if (options.Help)
            {
                await output.WriteLineAsync(DemoOptions.Usage);
                return AllSeen;
            }

            return await RunAsync(options, output);
        }
        catch (Exception wrong) when (wrong is FormatException or OptionsValidationException)
        {
            await error.WriteLineAsync($"{wrong.Message}{Environment.NewLine}{Environment.NewLine}{DemoOptions.Usage}");
            return WrongUsage;
        }
        catch (EventBusException wrong)
        {
            await error.WriteLineAsync($"The shop cannot start. {wrong.Message}");
            return HopMissing;
        }
        catch (HttpRequestException refused)
        {
            await error.WriteLineAsync($"Missing hop: request. {refused.Message}");
            return HopMissing;
        }
    }

    private static async Task<int> RunAsync(DemoOptions options, TextWriter output)
    {
        var time = TimeProvider.System;
        var observer = new DeliveryObserver(time);
        await using var shop = ShopApp.Build(options.ShopArguments(), bus => bus.Use(observer));
        await shop.StartAsync();
        var broken = options.Break;
        if (broken is not null && !await shop.Services.GetRequiredService<IEventBus>().UnsubscribeAsync(broken))
        {
            throw new FormatException($"There is no subscription '{broken}' to break.");
        }

        var report = new Report(output, colour: UseColour(output));
        using var http = new HttpClient { BaseAddress = new Uri(shop.Urls.First()) };
        var client = new ShopClient(http, time);
        report.Start(shop.Configuration["EventBus:Transport"] ?? "memory", shop.Urls.First(), await client.HealthAsync());

        var requests = await client.SendAllAsync().ToArrayAsync();
        using var deadline = new CancellationTokenSource(options.Deadline, time);
        var tracer = new HopTracer(shop.Services.GetRequiredService<IEventLog>(), observer);
        var traces = await Task.WhenAll(requests.Select(request => tracer.TraceAsync(request, deadline.Token)));
        Array.ForEach(traces, report.Show);
        report.End(traces, options.Deadline);
        await shop.StopAsync();
        return Array.TrueForAll(traces, trace => trace.Missing is null) ? AllSeen : HopMissing;
    }

    private static bool UseColour(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
