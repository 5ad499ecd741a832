using Confluent.Kafka;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Consuming;

/// <content>Leaves the group.</content>
internal sealed partial class GroupMember
{
    private long _closingSince;
    private bool _hasLeft;
    private bool _isClosed;

    private void Close()
    {
        if (_closingSince == 0)
        {
            BeginClosing();
        }

        if (!_hasLeft)
        {
            // The last commit, after the one on its way.
            if (Since(_closingSince) < s_commitTimeout && (IsCommitting || IsRefused || Commit(Unmoved(_owned.Values)) || !AreStored(_owned.Values)))
            {
                return;
            }

            Leave();
        }

        AnswerClosing();
        if (Librdkafka.IsClosed(_client.Handle) != 0)
        {
            _isClosed = true;
        }
        else if (Since(_closingSince) > s_closeTimeout)
        {
            _connection.Log.NotLeft(_request.Group, _request.Member, s_closeTimeout);
            _isClosed = true;
        }
    }

    // The runner has drained by now: what it has not settled comes again.
    private void BeginClosing()
    {
        _closingSince = _connection.Time.GetTimestamp();
        Fetched.Stop(_owned.Values);
        foreach (var assignment in _owned.Values)
        {
            End(assignment);
        }
    }

    private void Leave()
    {
        _hasLeft = true;

        // Beside it: where the brokers are away, both wait for them in vain.
        _ = _transactions?.EndAsync();

        // With a fatal error there is nothing to leave.
        if (KafkaErrors.Take(Librdkafka.Close(_client.Handle, _queue)) is not null)
        {
            _isClosed = true;
        }
    }

    // Whatever the group asks meanwhile: the library takes any answer for giving everything back.
    private void AnswerClosing()
    {
        if (_isClosed)
        {
            return;
        }

        try
        {
            if (_assigning is { } assigning)
            {
                _assigning = null;
                Answer(assigning.Select(static partition => (partition.Topic, partition.Partition, LogicalOffset.End)), isAssigned: true);
            }

            if (_revocation is { } revocation)
            {
                Finish(revocation);
            }
        }
        catch (ClusterException)
        {
            // It is closed all the same.
        }
    }
}
