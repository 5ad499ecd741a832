namespace EventBus.Conformance.Catalog;

/// <summary>How a run of <see cref="ConformanceStress"/> ended.</summary>
/// <param name="Passed">How many tests passed.</param>
/// <param name="Skipped">How many were skipped for a capability that the transport declares it lacks.</param>
/// <param name="Failures">What failed: the copy, the class, the test and the error.</param>
public sealed record StressResult(int Passed, int Skipped, IReadOnlyList<string> Failures)
{
    /// <summary>The counts in words, and each failure on lines of its own.</summary>
    public override string ToString() =>
        $"{Passed} passed, {Skipped} skipped, {Failures.Count} failed{string.Concat(Failures.Select(failure => Environment.NewLine + failure))}";
}
