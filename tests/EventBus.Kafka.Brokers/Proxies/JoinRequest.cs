namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Who wants to join which group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Member">The id that the member has from the group; empty where it is new.</param>
/// <param name="Instance">The name of a static member; null for others.</param>
internal readonly record struct JoinRequest(string Group, string Member, string? Instance)
{
    public static JoinRequest Read(ProxiedRequest request)
    {
        var reader = request.Reader();
        var group = reader.Text()!;
        _ = reader.Int32();
        if (request.Version >= 1)
        {
            _ = reader.Int32();
        }

        return new JoinRequest(group, reader.Text() ?? string.Empty, request.Version >= 5 ? reader.Text() : null);
    }
}
