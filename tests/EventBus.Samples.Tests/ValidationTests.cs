namespace EventBus.Samples.Tests;

public sealed class ValidationTests
{
    [Theory]
    [InlineData("{}", "age,email,name")]
    [InlineData("""{"name": "", "email": "nobody", "age": -1}""", "age,email,name")]
    [InlineData("""{"name": 7, "email": ["a@b.c"], "age": "old"}""", "age,email,name")]
    [InlineData("""{"name": null, "email": "ada@example.com", "age": 36.5}""", "age,name")]
    [InlineData("""{"name": "\ud800", "email": "ada@example.com", "age": 99999999999999999999}""", "age,name")]
    [InlineData("""{"\ud800": 1}""", "age,email,name")]
    public async Task PostUser_SeveralMistakes_TellsAllOfThem(string body, string fields)
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendRawAsync(HttpMethod.Post, "/users", body);

        AssertProblem(answer, 400);
        Assert.Equal(fields.Split(','), answer.ErrorFields);
    }

    [Theory]
    [InlineData("{}", "items,total,userId")]
    [InlineData("""{"userId": "u", "items": [], "total": 1}""", "items")]
    [InlineData("""{"userId": "u", "items": [1], "total": -1}""", "items,total")]
    [InlineData(
        """{"items": [{"name": "Mouse", "price": 1, "quantity": 1}, {"price": -1, "quantity": 0}], "total": 1e400}""",
        "items[1].name,items[1].price,items[1].quantity,total,userId")]
    public async Task PostOrder_SeveralMistakes_TellsAllOfThem(string body, string fields)
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendRawAsync(HttpMethod.Post, "/orders", body);

        AssertProblem(answer, 400);
        Assert.Equal(fields.Split(','), answer.ErrorFields);
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"email": "nobody", "age": 200}""", "age,email")]
    public async Task PutUser_Mistakes_TellsAllOfThem(string body, string fields)
    {
        await using var shop = await ShopServer.StartAsync();
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);

        var answer = await shop.SendRawAsync(HttpMethod.Put, $"/users/{user.Id("user")}", body);

        AssertProblem(answer, 400);
        Assert.Equal(fields.Split(','), answer.ErrorFields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"name\": ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"\ud800": 1""")]
    public async Task Post_BodyIsNotAJsonObject_IsAProblem(string body)
    {
        await using var shop = await ShopServer.StartAsync();

        foreach (var path in new[] { "/users", "/orders", "/admin/replay" })
        {
            var answer = await shop.SendRawAsync(HttpMethod.Post, path, body);
            AssertProblem(answer, 400);
            Assert.Contains("JSON", answer.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Post_BodyIsNotSentAsJson_Is415()
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendRawAsync(HttpMethod.Post, "/users", "name=Ada", "application/x-www-form-urlencoded");

        AssertProblem(answer, 415);
    }

    [Fact]
    public async Task Post_Refused_PublishesNothing()
    {
        await using var shop = await ShopServer.StartAsync();

        await shop.SendRawAsync(HttpMethod.Post, "/users", "{}");

        var log = await shop.SendAsync(HttpMethod.Get, "/admin/topics/user-events/events");
        Assert.Empty(log.Json.GetProperty("events").EnumerateArray());
    }

    [Theory]
    [InlineData("PUT", "/users/nobody", """{"name": "Ada"}""")]
    [InlineData("GET", "/users/nobody", null)]
    [InlineData("GET", "/orders/none", null)]
    [InlineData("PUT", "/orders/none/complete", null)]
    [InlineData("POST", "/orders", """{"userId": "nobody", "items": [{"name": "Mouse", "price": 1, "quantity": 1}], "total": 1}""")]
    [InlineData("GET", "/admin/topics/none/events", null)]
    [InlineData("GET", "/no-such-path", null)]
    public async Task Request_UnknownId_Is404(string method, string path, string? body)
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = body is null
            ? await shop.SendAsync(new HttpMethod(method), path)
            : await shop.SendRawAsync(new HttpMethod(method), path, body);

        AssertProblem(answer, 404);
    }

    [Fact]
    public async Task CompleteOrder_ManyAtOnce_IsDoneOnceAndAConflictForTheOthers()
    {
        var transport = new SlowTransport { Latency = TimeSpan.FromMilliseconds(50) };
        await using var shop = await ShopServer.StartAsync(bus => bus.UseTransport(_ => transport));
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);
        var items = new[] { new { name = "Mouse", price = 1, quantity = 1 } };
        var order = await shop.SendAsync(HttpMethod.Post, "/orders", new { userId = user.Id("user"), items, total = 1 });
        var before = transport.Appended;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            shop.SendAsync(HttpMethod.Put, $"/orders/{order.Id("order")}/complete")));

        Assert.Equal([200, 409, 409, 409, 409, 409, 409, 409], answers.Select(answer => answer.Status).Order());
        Assert.Equal(before + 1, transport.Appended);
    }

    private static void AssertProblem(Answer answer, int status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(answer.Text("title")!);
    }
}
