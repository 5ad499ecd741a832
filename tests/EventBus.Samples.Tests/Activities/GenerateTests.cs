using System.Text;

namespace EventBus.Samples.Tests.Activities;

public sealed class GenerateTests
{
    private const string UserId = "userId is required and must be a string";
    private const string EventType = "eventType is required and must be one of: LOGIN, LOGOUT, PRODUCT_VIEW";
    private static readonly string[] Shape = ["eventId", "userId", "eventType", "timestamp", "payload"];

    [Theory]
    [InlineData("LOGIN")]
    [InlineData("LOGOUT")]
    [InlineData("PRODUCT_VIEW")]
    public async Task Generate_ValidInput_AnswersWithTheStoredEvent(string eventType)
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.PostAsync(
            $$$"""{"userId": "user-123", "eventType": "{{{eventType}}}", "payload": {"page": "/a", "n": [1, null]}}""");

        Assert.Equal(201, answer.Status);
        Assert.Equal(["success", "event"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.True(answer.Json.GetProperty("success").GetBoolean());
        Assert.Equal(Shape, answer.Event.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("user-123", eventType), (answer.Event.GetProperty("userId").GetString(), answer.Event.GetProperty("eventType").GetString()));
        Assert.Equal("""{"page":"/a","n":[1,null]}""", answer.Event.GetProperty("payload").GetRawText());
        Assert.True(Guid.TryParse(answer.EventId, out _));
        Assert.Equal(TimeSpan.Zero, answer.Event.GetProperty("timestamp").GetDateTimeOffset().Offset);

        var stored = Assert.Single(await service.StoredAsync()).Envelope;
        Assert.Equal(("user-123", new EventIdentity(answer.EventId)), (stored.Key, stored.Id));
    }

    [Theory]
    [InlineData("""{"userId": "user-123", "eventType": "LOGIN"}""")]
    [InlineData("""{"userId": "user-123", "eventType": "LOGIN", "payload": null}""")]
    public async Task Generate_NoPayload_HasAnEmptyOne(string body)
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.PostAsync(body);

        Assert.Equal((201, "{}"), (answer.Status, answer.Event.GetProperty("payload").GetRawText()));
    }

    [Theory]
    [InlineData("{}", UserId, EventType)]
    [InlineData("""{"userId": 123, "eventType": "SIGNUP"}""", UserId, EventType)]
    [InlineData("""{"userId": null, "eventType": null}""", UserId, EventType)]
    [InlineData("""{"userId": "", "eventType": ["LOGIN"]}""", UserId, EventType)]
    [InlineData("""{"userId": "\ud800", "eventType": "LOGIN"}""", UserId)]
    [InlineData("""{"eventType": "LOGIN"}""", UserId)]
    [InlineData("""{"userId": "user-123"}""", EventType)]
    [InlineData("""{"userId": "user-123", "eventType": "login"}""", EventType)]
    [InlineData("""{"eventType": 1, "payload": "text"}""", UserId, EventType, "payload must be an object")]
    [InlineData("", "the body must be a JSON object")]
    [InlineData("{\"userId\": ", "the body must be a JSON object")]
    [InlineData("[]", "the body must be a JSON object")]
    [InlineData("null", "the body must be a JSON object")]
    [InlineData("""{"\ud800": 1}""", "the body must be a JSON object")]
    public async Task Generate_Mistakes_TellsAllOfThemAndStoresNothing(string body, params string[] errors)
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.PostAsync(body);

        Assert.Equal(400, answer.Status);
        Assert.Equal($$"""{"success":false,"errors":["{{string.Join("\",\"", errors)}}"]}""", answer.Text);
        Assert.Empty(await service.StoredAsync());
    }

    [Fact]
    public async Task Generate_NotSentAsJson_Is415()
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.PostAsync("userId=user-123", "application/x-www-form-urlencoded");

        Assert.Equal((415, """{"success":false,"errors":["the body must be sent as application/json"]}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Generate_BodyTooLarge_Is413()
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.PostAsync($$"""{"userId": "{{new string('u', 200_000)}}", "eventType": "LOGIN"}""");

        Assert.Equal((413, """{"success":false,"error":"Payload Too Large"}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("GET", "/no-such-path", 404, "Not Found")]
    [InlineData("GET", "/events/generate", 405, "Method Not Allowed")]
    [InlineData("DELETE", "/events/processed", 405, "Method Not Allowed")]
    public async Task Request_NoSuchEndpoint_IsAnsweredInTheSameShape(string method, string path, int status, string error)
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.SendAsync(new HttpMethod(method), path, content: null);

        Assert.Equal((status, $$"""{"success":false,"error":"{{error}}"}"""), (answer.Status, answer.Text));
    }
}
