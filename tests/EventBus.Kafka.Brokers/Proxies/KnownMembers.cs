using System.Collections.Concurrent;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Refuses whoever wants to join a group again that has gone on without it, as brokers do. Mock brokers take such a member back under its old id, and the
/// group leaves it the partitions that it says it has, although others have had them since.
/// </summary>
internal sealed class KnownMembers
{
    private readonly ConcurrentDictionary<string, Generation> _latest = new(StringComparer.Ordinal);

    /// <summary>Lets those join that the group knows.</summary>
    public Func<ProxiedRequest, Handling> Of(Func<ProxiedRequest, Handling> inner) => request =>
    {
        var (group, member) = JoinRequest.Read(request);
        if (member.Length > 0 && _latest.TryGetValue(group, out var latest) && !latest.Members.Contains(member))
        {
            return new Handling(Refusal(request));
        }

        _ = inner(request);
        return Handling.Changing(frame =>
        {
            Learn(request, group, frame);
            return frame;
        });
    };

    // An answer names the member itself and, to the group's leader, all members.
    private void Learn(ProxiedRequest request, string group, byte[] frame)
    {
        var answer = new WireReader(frame);
        _ = answer.Int64();
        if (request.Version >= 2)
        {
            _ = answer.Int32();
        }

        if (answer.Int16() != 0)
        {
            return;
        }

        var number = answer.Int32();
        _ = answer.Text();
        _ = answer.Text();
        var members = new HashSet<string>(StringComparer.Ordinal) { answer.Text()! };
        for (var left = answer.Int32(); left > 0; left--)
        {
            members.Add(answer.Text()!);
            if (request.Version >= 5)
            {
                _ = answer.Text();
            }

            _ = answer.Bytes();
        }

        _latest.AddOrUpdate(group, _ => new Generation(number, members), (_, latest) => latest.With(number, members));
    }

    private static byte[] Refusal(ProxiedRequest request)
    {
        var answer = request.Answer();
        if (request.Version >= 2)
        {
            answer.Int32(0);
        }

        const int none = -1;
        return answer.Int16((short)ErrorCode.UnknownMemberId)
            .Int32(none).Text(string.Empty).Text(string.Empty).Text(string.Empty).Int32(0).ToFrame();
    }

    private sealed record Generation(int Number, IReadOnlySet<string> Members)
    {
        public Generation With(int number, HashSet<string> members) =>
            number < Number ? this : new Generation(number, number > Number ? members : members.Concat(Members).ToHashSet(StringComparer.Ordinal));
    }
}
