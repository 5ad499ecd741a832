using System.Buffers.Binary;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Has answers come late and say for how long the client is held up, as those of brokers do whose quotas it exceeds.</summary>
/// <remarks>Answers to fetches say it first, answers to produces last.</remarks>
internal sealed class Throttle
{
    private const int AnswerHeader = 8;
    private long _ticks;

    /// <summary>For how long; zero for not at all.</summary>
    public TimeSpan Time
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _ticks));
        set => Volatile.Write(ref _ticks, value.Ticks);
    }

    /// <summary>Holds up what else is done with requests of a kind.</summary>
    public Func<ProxiedRequest, Handling> Of(Func<ProxiedRequest, Handling> inner) => request =>
    {
        var handling = inner(request);
        return Time == TimeSpan.Zero || handling.Answer is not null ? handling : handling with
        {
            OnAnswer = async frame =>
            {
                var answer = handling.OnAnswer is { } next ? await next(frame) : frame;
                var time = Time;
                var place = request.Kind == KafkaRequest.Produce ? answer.Length - sizeof(int) : AnswerHeader;
                BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(place), (int)time.TotalMilliseconds);
                await Task.Delay(time, TimeProvider.System);
                return answer;
            },
        };
    };
}
