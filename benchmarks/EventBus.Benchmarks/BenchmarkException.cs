namespace EventBus.Benchmarks;

/// <summary>Says why something cannot be measured here, to whoever called the command.</summary>
internal sealed class BenchmarkException(string message, Exception? cause = null) : Exception(message, cause);
