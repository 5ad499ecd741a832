namespace DeadLettersSample;

internal sealed record NotificationRequested(string Id, string Address, string Text);
