using EventBus.Transports.InMemory;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Transports.InMemory;

public sealed class OptionsTests
{
    [Fact]
    public void Validate_Defaults_AreRight() =>
        Assert.True(new InMemoryOptionsValidator().Validate(null, new InMemoryOptions()).Succeeded);

    [Fact]
    public void Validate_EverythingWrong_TellsEveryMistake()
    {
        var options = new InMemoryOptions
        {
            Partitions = 0,
            Capacity = 0,
            RetainedEvents = -1,
            RetainedBytes = -1,
            RetainedAge = TimeSpan.FromSeconds(-1),
            TopicPartitions = { ["few"] = 0, ["a b"] = 1 },
        };

        var failures = new InMemoryOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Equal(8, failures.Length);
        string[] named = ["Partitions", "Capacity", "RetainedEvents", "RetainedBytes", "RetainedAge", "few", "a b", "RoundTripJson"];
        Assert.All(named, name => Assert.Contains(failures, failure => failure.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Broker_WrongOptions_AreRefused() =>
        Assert.Throws<OptionsValidationException>(() => new InMemoryBroker(new InMemoryOptions { Capacity = 0 }));
}
