using System.Text;
using EventBus.Transports;

namespace EventBus.Tests.Transports;

public sealed class KeyPartitionerTests
{
    // From the tests of Kafka's Java client, UtilsTest.testMurmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Murmur2_KnownKeys_IsKafkasHash(string key, int hash) =>
        Assert.Equal(hash, unchecked((int)KeyPartitioner.Murmur2(Encoding.UTF8.GetBytes(key))));

    [Theory]
    [InlineData("21", (-973932308 & 0x7fffffff) % 10)]
    [InlineData("abc", 479470107 % 10)]
    public void Partition_KnownKeys_IsKafkasPartition(string key, int partition) =>
        Assert.Equal(partition, KeyPartitioner.Partition(key, 10));

    [Fact]
    public void Partition_LongAndUnicodeKeys_AreTheirBytesPartition()
    {
        foreach (var key in new[] { "", "ключ", new string('x', 85), new string('x', 86), new string('é', 10_000), "🗝" })
        {
            Assert.Equal(KeyPartitioner.Partition(Encoding.UTF8.GetBytes(key), 97), KeyPartitioner.Partition(key, 97));
        }
    }

    [Fact]
    public void Partition_OnePartition_IsTheFirst() => Assert.Equal(0, KeyPartitioner.Partition("any", 1));
}
