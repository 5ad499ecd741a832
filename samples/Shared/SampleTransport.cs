namespace Samples;

/// <summary>What carries a sample's events.</summary>
internal enum SampleTransport
{
    Memory,
    Redis,
    Kafka,
}
