using EventBus.PublicApi.Tests.Surface;

namespace EventBus.PublicApi.Tests;

/// <summary>A package's public surface is what its PublicApi.txt says, so that a change of it is seen and reviewed.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "EVENTBUS_ACCEPT_PUBLIC_API";

    [Theory]
    [MemberData(nameof(Packages.Names), MemberType = typeof(Packages))]
    public void Surface_OfThePackage_IsTheReviewedOne(string package)
    {
        var file = Path.Combine(Packages.Source, package, "PublicApi.txt");
        var actual = ApiText.Of(Packages.Load(package));
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllLines(file, actual);
        }

        var reviewed = File.Exists(file) ? File.ReadAllLines(file) : [];
        if (!actual.SequenceEqual(reviewed, StringComparer.Ordinal))
        {
            Assert.Fail($"""
                The public surface of {package} is not what src/{package}/PublicApi.txt says.
                - is only in the file, + only in the assembly:

                {string.Join(Environment.NewLine, LineDiff.Of(reviewed, actual))}

                If the change is meant, accept it, and commit the file for review:
                {Accept}=1 dotnet run --project tests/EventBus.PublicApi.Tests
                """);
        }
    }
}
