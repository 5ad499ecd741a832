using EventBus;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using UserActivity.Events;

namespace UserActivity.Messaging;

/// <summary>
/// The producer: stores an event, and tries again, with pauses that double, where that fails. It has the same id each time, so that one that was
/// stored twice, because the first answer was lost, is processed once.
/// </summary>
internal sealed class ActivityPublisher
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(300);
    private static readonly ResiliencePropertyKey<string> EventId = new(nameof(EventId));
    private readonly IEventPublisher _publisher;
    private readonly ILogger<ActivityPublisher> _logger;
    private readonly ResiliencePipeline _attempts;

    public ActivityPublisher(IEventPublisher publisher, ServiceSettings settings, TimeProvider time, ILogger<ActivityPublisher> logger)
    {
        (_publisher, _logger) = (publisher, logger);
        var attempts = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(settings.ProducerTimeout);
        if (settings.ProducerRetries > 0)
        {
            attempts.AddRetry(Retry(settings.ProducerRetries));
        }

        _attempts = attempts.Build();
    }

    /// <summary>Publishes, and completes when the event is stored.</summary>
    /// <exception cref="PublishException">The last attempt failed too.</exception>
    /// <exception cref="TimeoutRejectedException">The time for all attempts is over. The event may have been stored.</exception>
    public async Task PublishAsync(ActivityEvent activity)
    {
        var options = new PublishOptions { Id = activity.EventId, Time = activity.Timestamp, Subject = activity.UserId };
        var context = ResilienceContextPool.Shared.Get();
        context.Properties.Set(EventId, activity.EventId);
        try
        {
            var position = await _attempts.ExecuteAsync(
                attempt => _publisher.PublishAsync(activity, options, attempt.CancellationToken), context);
            _logger.Published(activity.UserId, activity.EventType, activity.EventId, position);
        }
        catch (Exception failure)
        {
            _logger.NotPublished(failure, activity.EventId, activity.UserId);
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private RetryStrategyOptions Retry(int retries) => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<PublishException>(),
        MaxRetryAttempts = retries,
        Delay = FirstPause,
        BackoffType = DelayBackoffType.Exponential,
        OnRetry = failed =>
        {
            _logger.PublishingAgain(
                failed.Context.Properties.GetValue(EventId, ""), failed.AttemptNumber + 1, retries, failed.RetryDelay.TotalMilliseconds,
                failed.Outcome.Exception?.Message);
            return default;
        },
    };
}
