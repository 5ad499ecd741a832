namespace EventBus.Samples.Tests;

public sealed class ProcessTests
{
    [Fact]
    public async Task Terminate_RequestInFlight_AnswersItAndEndsWithZero()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        await using var shop = ShopProcess.Start("--EventBus:Transport=memory");
        using var request = await HalfRequest.SendAsync(
            await shop.UrlAsync(), "/users", """{"name": "Ada Lovelace", "email": "ada@example.com", "age": 36}""");

        await shop.TerminateAsync();
        await shop.WaitForAsync("Application is shutting down");
        var status = await request.FinishAsync();

        Assert.StartsWith("HTTP/1.1 201 ", status, StringComparison.Ordinal);
        await shop.WaitForAsync("USER_REGISTERED");
        Assert.Equal(0, await shop.ExitCodeAsync());
    }

    [Fact]
    public async Task Start_UnknownTransport_SaysWhichThereAreAndEndsWithOne()
    {
        await using var shop = ShopProcess.Start("--EventBus:Transport=pigeon");

        await shop.WaitForAsync("The shop cannot start. EventBus:Transport is 'pigeon'");
        Assert.Equal(1, await shop.ExitCodeAsync());
    }
}
