namespace EventBus.Benchmarks.Table;

/// <summary>Where the tables of the repository lie.</summary>
internal static class ResultsFile
{
    private const string Solution = "EventBus.sln";

    /// <summary>The file in the repository that the current folder belongs to; null outside of one.</summary>
    public static FileInfo? Find(string name)
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return new FileInfo(Path.Combine(folder.FullName, "benchmarks", "results", name));
            }
        }

        return null;
    }
}
