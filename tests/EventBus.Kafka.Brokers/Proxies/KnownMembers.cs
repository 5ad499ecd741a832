using System.Collections.Concurrent;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Gives new members their ids, and refuses whoever wants to join a group again that has gone on without it, as brokers do. Mock brokers take such a member
/// back under its old id, and the group leaves it the partitions that it says it has, although others have had them since.
/// </summary>
/// <seealso href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-394%3A+Require+member.id+for+initial+join+group+request"/>
internal sealed class KnownMembers
{
    // Older clients, and static members, join without one.
    private const short VersionWithIds = 4;
    private const short MemberIdRequired = 79;
    private readonly ConcurrentDictionary<string, Generation> _latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Group, string Member), byte> _invited = [];

    /// <summary>Lets those join that the group knows.</summary>
    public Func<ProxiedRequest, Handling> Of(Func<ProxiedRequest, Handling> inner) => request =>
    {
        var (group, member, instance) = JoinRequest.Read(request);
        if (member.Length == 0 && instance is null && request.Version >= VersionWithIds)
        {
            member = $"{request.Client}-{Guid.NewGuid()}";
            _invited[(group, member)] = 0;
            return new Handling(Refusal(request, MemberIdRequired, member));
        }

        if (member.Length > 0 && !IsKnown(group, member))
        {
            return new Handling(Refusal(request, (short)ErrorCode.UnknownMemberId, string.Empty));
        }

        _ = inner(request);
        return Handling.Changing(frame =>
        {
            Learn(request, group, frame);
            return frame;
        });
    };

    private bool IsKnown(string group, string member) =>
        _invited.ContainsKey((group, member)) || (_latest.TryGetValue(group, out var latest) && latest.Members.Contains(member));

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
        foreach (var member in members)
        {
            _invited.TryRemove((group, member), out _);
        }
    }

    private static byte[] Refusal(ProxiedRequest request, short error, string member)
    {
        var answer = request.Answer();
        if (request.Version >= 2)
        {
            answer.Int32(0);
        }

        const int none = -1;
        return answer.Int16(error).Int32(none).Text(string.Empty).Text(string.Empty).Text(member).Int32(0).ToFrame();
    }

    private sealed record Generation(int Number, IReadOnlySet<string> Members)
    {
        public Generation With(int number, HashSet<string> members) =>
            number < Number ? this : new Generation(number, number > Number ? members : members.Concat(Members).ToHashSet(StringComparer.Ordinal));
    }
}
