using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Consuming;

/// <content>Notices that the group went on without the member where the library does not tell so.</content>
/// <remarks>
/// A member whose word that it joins again comes too late is none any more. The library then joins under a new id, and says that it has the partitions that
/// it had (<c>rd_kafka_cgrp_handle_JoinGroup</c>). Brokers make others give them up first (KIP-394), but take a static member at its word. Others
/// may have had the partitions since: what the member knows of their places is of the past, and would be written over what is newer.
/// </remarks>
internal sealed partial class GroupMember
{
    private string? _identity;

    // At every change: an id that is another one while there are still partitions of the time before.
    private void NoteIdentity()
    {
        if (IsLost)
        {
            return;
        }

        var before = _identity;
        _identity = Identity();
        if (_owned.Count > 0 && _identity != before && !_commitsNoMore && !_isClosing)
        {
            Disown();
        }
    }

    private unsafe string Identity()
    {
        var metadata = Librdkafka.GroupMetadata(_client.Handle);
        if (metadata == 0)
        {
            return "";
        }

        var identity = KafkaErrors.Utf8(Librdkafka.MemberOf(metadata));
        Librdkafka.DestroyGroupMetadata(metadata);
        return identity;
    }

    private void Disown()
    {
        _commitsNoMore = true;
        _connection.Log.PartitionsLost(_request.Group, _request.Member, _owned.Count);
        Fetched.Stop(_owned.Values);
        foreach (var assignment in _owned.Values)
        {
            End(assignment);
        }

        Fetched.Fail(new EventBusException($"Group '{_request.Group}' went on without its member '{_request.Member}', which joins it anew."));
    }
}
