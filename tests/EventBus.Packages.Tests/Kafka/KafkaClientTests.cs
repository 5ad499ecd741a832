using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace EventBus.Packages.Tests.Kafka;

/// <summary>Confluent.Kafka with the librdkafka that was restored.</summary>
public sealed class KafkaClientTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private const int CountOfEach = 500;

    private static readonly CompressionType[] Compressions =
        [CompressionType.None, CompressionType.Gzip, CompressionType.Lz4, CompressionType.Snappy];

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

    [Fact]
    public async Task Messages_ProducedAndConsumedInAGroup_KeepKeysValuesHeadersAndOrder()
    {
        const string Topic = "orders";
        await Task.WhenAll(Compressions.Select((compression, i) => ProduceAsync(Topic, compression, i * CountOfEach)));

        var received = await Task.Run(() => Consume(Topic, CountOfEach * Compressions.Length)).Within();

        Assert.Equal(Enumerable.Range(0, CountOfEach * Compressions.Length), received.Select(Number).Order());
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

    private static string Key(int number) => $"key-{number / CountOfEach}-{number % 7}";

    private static int Number(ConsumeResult<string, byte[]> message) =>
        int.Parse(Encoding.UTF8.GetString(message.Message.Value), CultureInfo.InvariantCulture);

    private async Task ProduceAsync(string topic, CompressionType compression, int first)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            CompressionType = compression,
            EnableIdempotence = true,
        }).Build();
        await Task.WhenAll(Enumerable.Range(first, CountOfEach).Select(i => producer.ProduceAsync(topic, new Message<string, byte[]>
        {
            Key = Key(i),
            Value = Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
            Headers = [new Header("ünï", Encoding.UTF8.GetBytes($"größe-{i}")), new Header("empty", [])],
        }))).Within();
    }

    private List<ConsumeResult<string, byte[]>> Consume(string topic, int count)
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
        while (received.Count < count)
        {
            received.Add(consumer.Consume(deadline.Token));
        }

        consumer.Commit();
        consumer.Close();
        return received;
    }
}
