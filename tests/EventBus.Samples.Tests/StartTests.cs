using Microsoft.Extensions.Options;

namespace EventBus.Samples.Tests;

public sealed class StartTests
{
    [Fact]
    public void Build_UnknownTransport_SaysWhichThereAre()
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => Shop.ShopApp.Build(["--EventBus:Transport=pigeon"]));

        Assert.Contains("'pigeon'", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("memory", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:5081", "http://127.0.0.1:5081")]
    public async Task Build_Urls_AreTheDefaultUnlessGiven(string? given, string expected)
    {
        await using var app = Shop.ShopApp.Build(given is null ? [] : ["--urls", given]);

        Assert.Equal(expected, app.Configuration["urls"]);
    }
}
