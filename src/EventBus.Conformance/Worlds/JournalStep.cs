using EventBus.Pipeline;

namespace EventBus.Conformance.Worlds;

/// <summary>Writes down what a member handles, and keeps a dead member silent: its handlers neither start nor end any more.</summary>
internal sealed class JournalStep(World world, Member member) : IConsumeMiddleware
{
    public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var group = world.Group(context.Subscription);
        var seen = new Observation(member, context.Event, context.Envelope, context.Position, context.Attempt, context.FirstFailure);
        if (!member.WhileAlive(() => group.Start(seen)))
        {
            await SilenceAsync(cancellationToken);
        }

        try
        {
            await next(context, cancellationToken);
        }
        catch (Exception exception)
        {
            if (member.WhileAlive(() => group.Fail(seen, exception)))
            {
                throw;
            }

            await SilenceAsync(cancellationToken);
        }

        if (!member.WhileAlive(() => group.Complete(seen)))
        {
            await SilenceAsync(cancellationToken);
        }
    }

    private static Task SilenceAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);
}
