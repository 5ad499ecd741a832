using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Redis.Tests.DependencyInjection;

/// <summary>What a competing group cannot do, and what its members have to agree on.</summary>
public sealed class CompetingGroupTests(TestRedis redis)
{
    private const string Group = "group";

    [Theory]
    [InlineData(Group)]
    [InlineData("*")]
    public async Task KeyOrderBehindDeadLetters_InACompetingGroup_FailsTheStart(string competing)
    {
        await using var bus = NotedBus.Create(bus => Use(bus, TestRedis.NewPrefix(), competing).Subscription(Group)
            .Handle<Noted>((_, _, _) => default).WithDeadLetters(keepKeyOrder: true));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.Matches(
            $"^Subscription '{Group}' keeps the order of keys behind dead letters, and its group competes.*EventBus:Redis:CompetingGroups\\.$",
            Assert.Single(thrown.Failures));
    }

    [Fact]
    public async Task KeyOrderBehindDeadLetters_InACompetingGroupThatIsAdded_FailsTheCall()
    {
        await using var bus = await NotedBus.StartAsync(bus => Use(bus, TestRedis.NewPrefix(), Group));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.SubscribeAsync(
            Group, added => added.Handle<Noted>((_, _, _) => default).WithDeadLetters(keepKeyOrder: true), TestContext.Current.CancellationToken));

        Assert.Contains("its group competes", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyOrderBehindDeadLetters_InAGroupBesideACompetingOne_IsAllowed()
    {
        await using var bus = await NotedBus.StartAsync(bus => Use(bus, TestRedis.NewPrefix(), "another").Subscription(Group)
            .Handle<Noted>((_, _, _) => default).WithDeadLetters(keepKeyOrder: true));

        await bus.PublishAsync(new Noted("k", 1));
    }

    [Theory]
    [InlineData(false, "competes for the members that it has, and keeps order for this one")]
    [InlineData(true, "keeps order for the members that it has, and competes for this one")]
    public async Task Member_ThatSaysOtherwiseThanTheOthers_FailsItsStartAndIsTakenOnceTheyHaveLeft(bool isCompeting, string told)
    {
        var prefix = TestRedis.NewPrefix();
        await using var others = await NotedBus.StartAsync(bus => Configure(bus, !isCompeting));
        await using var other = NotedBus.Create(bus => Configure(bus, isCompeting));

        var thrown = await Assert.ThrowsAsync<EventBusException>(other.StartAsync);

        Assert.Equal($"Group '{Group}' {told}: say the same in EventBus:Redis:CompetingGroups of all instances.", thrown.Message);
        await others.StopAsync();
        await other.StartAsync();

        void Configure(EventBusBuilder bus, bool competes) =>
            Use(bus, prefix, competes ? Group : "another").Subscription(Group).Handle<Noted>((_, _, _) => default);
    }

    private EventBusBuilder Use(EventBusBuilder bus, string prefix, string competing) => bus.UseRedis(redis.Configuration, options =>
    {
        options.KeyPrefix = prefix;
        options.CompetingGroups.Add(competing);
    });
}
