namespace EventBus.Packages.Tests.Restore;

/// <summary>The packages that the build fills where a package source lacks them; see eng/README.md.</summary>
internal static class FilledPackages
{
    public static string[] Ids { get; } = ["librdkafka.redist", "System.IO.Hashing", "Pipelines.Sockets.Unofficial"];
}
