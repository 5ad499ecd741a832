using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventBus.DependencyInjection;

/// <summary>The handlers' classes among the application's services.</summary>
/// <param name="services">The services; null once the container is built, when nothing can be added to it.</param>
internal readonly struct Handlers(IServiceCollection? services)
{
    /// <summary>Adds a class as scoped, unless the application has registered it, before or after, in its own way.</summary>
    public void Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class => services?.TryAddScoped<THandler>();

    /// <summary>Whether the registration of a class that counts, the last one, is a singleton.</summary>
    public static bool IsSingleton(IServiceCollection services, Type handlerType) =>
        services.LastOrDefault(service => service.ServiceType == handlerType && !service.IsKeyedService)
            is { Lifetime: ServiceLifetime.Singleton };
}
