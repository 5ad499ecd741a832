namespace EventBus.Shared;

/// <summary>A folder outside of the repository that is gone when the test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("eventbus-tests-").FullName;

    public string Combine(string name) => Path.Combine(FullName, name);

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
