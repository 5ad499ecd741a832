namespace EventBus.Conformance.Catalog;

/// <summary>How a run of <see cref="ConformanceStress"/> ended.</summary>
/// <param name="Passed">How many tests passed.</param>
/// <param name="Skipped">How many were skipped for a capability that the transport declares it lacks.</param>
/// <param name="Failures">What failed: the copy, the class, the test and the error.</param>
/// <param name="Slowest">The test that took longest, and how long.</param>
public sealed record StressResult(int Passed, int Skipped, IReadOnlyList<string> Failures, (string Test, TimeSpan Time) Slowest)
{
    /// <summary>The counts in words, and each failure on lines of its own.</summary>
    public override string ToString() =>
        $"{Passed} passed, {Skipped} skipped, {Failures.Count} failed; the slowest took {Slowest.Time.TotalSeconds:F1} s ({Slowest.Test})"
        + string.Concat(Failures.Select(failure => Environment.NewLine + failure));
}
