using Shop.Http;

namespace Shop.Users;

/// <summary><c>/users</c>.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        app.MapPost("/users", RegisterAsync);
        app.MapPut("/users/{userId}", UpdateAsync);
        app.MapGet("/users/{userId}", (string userId, UserService users) =>
            users.Find(userId) is { } user ? Results.Ok(user) : Problems.NotFound("user", userId));
    }

    private static async Task<IResult> RegisterAsync(JsonBody body, UserService users)
    {
        var profile = NewUser.Read(body);
        if (body.Refused() is { } refused)
        {
            return refused;
        }

        var change = await users.RegisterAsync(profile);
        return Results.Created($"/users/{change.User.Id}", change);
    }

    private static async Task<IResult> UpdateAsync(string userId, JsonBody body, UserService users)
    {
        if (users.Find(userId) is null)
        {
            return Problems.NotFound("user", userId);
        }

        var profile = ProfileChange.Read(body);
        return body.Refused()
            ?? (await users.UpdateAsync(userId, profile) is { } change ? Results.Ok(change) : Problems.NotFound("user", userId));
    }
}
