using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>What does not go together with exactly once is refused at the start, with the reason.</summary>
public sealed class TransactionSettingsTests
{
    [Theory]
    [InlineData("TransactionInterval", "00:00:00.001", "TransactionInterval must be between")]
    [InlineData("TransactionInterval", "00:02:00", "TransactionInterval must be between")]
    [InlineData("TransactionInterval", "00:00:30", "the brokers would abort")]
    [InlineData("TransactionTimeout", "00:00:00.5", "TransactionTimeout must be between")]
    [InlineData("TransactionTimeout", "00:16:00", "TransactionTimeout must be between")]
    [InlineData("Properties:transactional.id", "mine", "is made by the bus")]
    [InlineData("ProducerProperties:transaction.timeout.ms", "1000", "TransactionTimeout")]
    [InlineData("ProducerProperties:enable.idempotence", "false", "must stay 'true'")]
    [InlineData("ConsumerProperties:isolation.level", "read_uncommitted", "must stay 'read_committed'")]
    public async Task Setting_ThatBreaksTransactions_IsRefused(string setting, string value, string why)
    {
        await using var bus = NotedBus.Create(static bus => bus.UseKafka("127.0.0.1:1"), ($"EventBus:Kafka:{setting}", value));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idempotency_WithExactlyOnce_IsRefused()
    {
        await using var bus = NotedBus.Create(static bus =>
        {
            bus.UseKafka("127.0.0.1:1");
            bus.Subscription("group").Handle<Noted>(static (_, _, _) => ValueTask.CompletedTask).WithIdempotency().WithExactlyOnce();
        });

        var refused = await Assert.ThrowsAnyAsync<Exception>(bus.StartAsync);

        Assert.Contains("exactly-once and idempotency", refused.Message, StringComparison.Ordinal);
    }
}
