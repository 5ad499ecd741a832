using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace EventBus.Packages.Tests.Kafka;

/// <summary>Confluent.Kafka with the librdkafka that was restored.</summary>
public sealed class KafkaClientTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private const int Count = 1_000;

    [Fact]
    public void Librdkafka_Loaded_IsTheVersionThatTheClientAsksFor() =>
        Assert.Equal(new Version(2, 15, 1), Version.Parse(Library.VersionString.Split('-')[0]));

    [Fact]
    public void MockCluster_ThreeBrokers_AreOnTheLoopbackAddress()
    {
        var brokers = cluster.BootstrapServers.Split(',');

        Assert.Equal(3, brokers.Length);
        Assert.All(brokers, broker => Assert.StartsWith("127.0.0.1:", broker, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Snappy)]
    public async Task Messages_ProducedAndConsumedInAGroup_KeepKeysValuesHeadersAndOrder(CompressionType compression)
    {
        var topic = $"orders-{compression}";
        await ProduceAsync(topic, compression);

        var received = await Task.Run(() => Consume(topic)).Within();

        Assert.Equal(Enumerable.Range(0, Count), received.Select(Number).Order());
        Assert.All(received, message =>
        {
            var number = Number(message);
            Assert.Equal(Key(number), message.Message.Key);
            Assert.Equal(Encoding.UTF8.GetBytes($"größe-{number}"), message.Message.Headers.GetLastBytes("ünï"));
            Assert.Empty(message.Message.Headers.GetLastBytes("empty"));
        });
        Assert.All(
            received.GroupBy(message => message.Message.Key),
            ofOneKey => Assert.Equal(ofOneKey.Select(Number).Order(), ofOneKey.Select(Number)));
    }

    private static string Key(int number) => $"key-{number % 7}";

    private static int Number(ConsumeResult<string, byte[]> message) =>
        int.Parse(Encoding.UTF8.GetString(message.Message.Value), CultureInfo.InvariantCulture);

    private async Task ProduceAsync(string topic, CompressionType compression)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            CompressionType = compression,
            EnableIdempotence = true,
        }).Build();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => producer.ProduceAsync(topic, new Message<string, byte[]>
        {
            Key = Key(i),
            Value = Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
            Headers = [new Header("ünï", Encoding.UTF8.GetBytes($"größe-{i}")), new Header("empty", [])],
        }))).Within();
    }

    private List<ConsumeResult<string, byte[]>> Consume(string topic)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            GroupId = $"{topic}-group",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        consumer.Subscribe(topic);
        var received = new List<ConsumeResult<string, byte[]>>();
        using var deadline = new CancellationTokenSource(Deadline.Default, TimeProvider.System);
        while (received.Count < Count)
        {
            received.Add(consumer.Consume(deadline.Token));
        }

        consumer.Commit();
        consumer.Close();
        return received;
    }
}
