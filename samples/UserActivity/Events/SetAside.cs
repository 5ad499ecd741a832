using System.Buffers;
using System.Text;
using EventBus.DeadLetters;

namespace UserActivity.Events;

/// <summary>A message that could not be processed, as <c>GET /events/set-aside</c> shows it.</summary>
/// <param name="Position">Where it stood in the topic.</param>
/// <param name="FailedAt">When it was given up, in UTC.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">What is wrong with it.</param>
/// <param name="Message">Its text as it arrived.</param>
internal sealed record SetAside(string Position, DateTimeOffset FailedAt, int Attempts, string Error, string Message)
{
    public static SetAside Of(DeadLetter letter)
    {
        var data = new ArrayBufferWriter<byte>();
        letter.Envelope.WriteDataTo(data);
        return new(
            letter.Origin.ToString(), letter.LastFailure, letter.Attempts, letter.ExceptionMessage, Encoding.UTF8.GetString(data.WrittenSpan));
    }
}
