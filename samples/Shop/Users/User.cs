using Shop.Http;

namespace Shop.Users;

/// <summary>A registered user.</summary>
internal sealed record User(string Id, string Name, string Email, int Age);

/// <summary>What <c>POST /users</c> asks for.</summary>
internal sealed record NewUser(string Name, string Email, int Age)
{
    public static NewUser Read(JsonBody body) => new(body.ReadName(), body.ReadEmail(), body.ReadAge());
}

/// <summary>What <c>PUT /users/{userId}</c> changes; null stays as it is.</summary>
internal sealed record ProfileChange(string? Name, string? Email, int? Age)
{
    public static ProfileChange Read(JsonBody body)
    {
        body.RequireAny("name", "email", "age");
        return new(
            body.Has("name") ? body.ReadName() : null,
            body.Has("email") ? body.ReadEmail() : null,
            body.Has("age") ? body.ReadAge() : null);
    }

    public User ApplyTo(User user) =>
        user with { Name = Name ?? user.Name, Email = Email ?? user.Email, Age = Age ?? user.Age };
}

/// <summary>The rules for a user's fields.</summary>
internal static class UserFields
{
    public static string ReadName(this JsonBody body) => body.Text("name", maxLength: 200);

    public static string ReadEmail(this JsonBody body) => body.Email("email");

    public static int ReadAge(this JsonBody body) => body.WholeNumber("age", min: 0, max: 150);
}
