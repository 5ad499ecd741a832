namespace EventBus.Testing.Schemas;

/// <summary>One place in which a contract does not keep what its consumers rely on.</summary>
/// <param name="Contract">The contract name.</param>
/// <param name="OldVersion">The older of the two versions.</param>
/// <param name="NewVersion">The newer one; the same for a version that was changed after it had been published.</param>
/// <param name="Compatibility">Which compatibility is broken; none for a schema that has only not been reviewed.</param>
/// <param name="Path">Where in the data, e.g. <c>$.items[].price</c>.</param>
/// <param name="Rule">The rule that is broken, e.g. <c>TypeChanged</c>.</param>
/// <param name="Message">What has changed, and why that breaks whom.</param>
/// <param name="Advice">What to do.</param>
public sealed record SchemaBreak(
    string Contract, int OldVersion, int NewVersion, SchemaCompatibility Compatibility, string Path, string Rule, string Message, string Advice)
{
    /// <summary>All of it, on one line.</summary>
    public override string ToString()
    {
        var versions = OldVersion == NewVersion ? $"v{OldVersion}" : $"v{OldVersion} → v{NewVersion}";
        return string.Create(null, $"{Contract} {versions}, {Path}: {Message} [{Rule}] {Advice}");
    }
}
