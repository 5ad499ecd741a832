namespace EventBus.Samples.Tests;

/// <summary>The shop as a process of its own, on a free port.</summary>
internal static class ShopProcess
{
    private static readonly string[] FreePort = ["--urls", "http://127.0.0.1:0"];

    public static SampleProcess Start(params string[] arguments) => SampleProcess.Start("Shop", [.. FreePort, .. arguments]);

    public static SampleProcess Start(params (string Name, string Value)[] environment) => SampleProcess.Start("Shop", FreePort, environment);
}
