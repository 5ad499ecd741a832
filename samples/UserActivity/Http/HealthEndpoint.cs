namespace UserActivity.Http;

/// <summary><c>GET /health</c>: 200 and <c>healthy</c>, or 503 and <c>degraded</c>, with the side that is down.</summary>
internal static class HealthEndpoint
{
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", async (BothSides sides, CancellationToken cancellationToken) =>
        {
            var health = await sides.LookAsync(cancellationToken);
            var status = health.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return Results.Json(health, ServiceJson.Default.Health, statusCode: status);
        });
}
