using EventBus.Consuming;
using EventBus.Transports;

namespace EventBus.Retry;

/// <summary>
/// An event on its way through its group's topic for returning events: put aside until it is due, or redriven. Its key, id, time, data and
/// the application's headers are those of the original.
/// </summary>
/// <param name="Envelope">The event, with nothing of the bus among its headers.</param>
/// <param name="Attempts">How many attempts it has behind it.</param>
/// <param name="Due">When it may be handled; null for at once.</param>
/// <param name="History">What is known of its failures.</param>
internal readonly record struct ReturningEvent(Envelope Envelope, int Attempts, DateTimeOffset? Due, FailureHistory History)
{
    public static ReturningEvent Read(in Envelope stored)
    {
        var headers = stored.Metadata.Headers;
        return new ReturningEvent(
            stored.WithHeaders(InternalHeaders.Strip(headers)),
            InternalHeaders.Number(headers, InternalHeaders.Attempts),
            InternalHeaders.Time(headers, InternalHeaders.Due),
            FailureHistory.Read(headers));
    }

    public Envelope Write() => Envelope.WithHeaders(InternalHeaders.With(
        Envelope.Metadata.Headers,
        (InternalHeaders.Attempts, InternalHeaders.Print(Attempts)),
        (InternalHeaders.Due, InternalHeaders.Print(Due)),
        (InternalHeaders.FirstFailure, InternalHeaders.Print(History.FirstFailure)),
        (InternalHeaders.Redrives, InternalHeaders.Print(History.Redrives)),
        (InternalHeaders.Origin, History.Origin?.ToString()),
        (InternalHeaders.Letter, History.Letter?.ToString()),
        (InternalHeaders.Place, History.Place?.ToString()),
        (InternalHeaders.Reason, History.DiscardReason),
        (InternalHeaders.Replaced, InternalHeaders.Print(History.ReplacedAt))));
}
