namespace TicketBooking;

/// <summary>What one run has shown.</summary>
internal sealed record Outcome(
    List<string> States, List<TimeSpan> Breaks, int CallsAtOpening, int CallsWhileOpen, int Published,
    List<(string Ticket, int Attempt)> Booked, List<string> Diverted);
