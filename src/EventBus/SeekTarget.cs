using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventBus;

/// <summary>A place to start reading from, or to move a subscription to.</summary>
/// <remarks>Printed and parsed as <c>earliest</c>, <c>latest</c>, a time (ISO 8601) or a position (<c>topic/partition@offset</c>).</remarks>
public readonly record struct SeekTarget : IParsable<SeekTarget>
{
    private SeekTarget(bool latest, DateTimeOffset? time, Position? position)
    {
        IsLatest = latest;
        Time = time;
        Position = position;
    }

    /// <summary>Before the oldest event that is still kept. Also the default of this type.</summary>
    public static SeekTarget Earliest => default;

    /// <summary>After the newest event.</summary>
    public static SeekTarget Latest { get; } = new(true, null, null);

    /// <summary>At the first event stored at or after a moment, in each partition.</summary>
    public static SeekTarget At(DateTimeOffset time) => new(false, time, null);

    /// <summary>
    /// At one event, which is then read again. Other partitions: a seek leaves them where they are, a new group starts them at the
    /// earliest, and a reader without a group leaves them out.
    /// </summary>
    public static SeekTarget At(Position position) => new(false, null, position);

    /// <summary>Whether this is <see cref="Earliest"/>.</summary>
    public bool IsEarliest => !IsLatest && Time is null && Position is null;

    /// <summary>Whether this is <see cref="Latest"/>.</summary>
    public bool IsLatest { get; }

    /// <summary>The moment, if this is a moment.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>The position, if this is a position.</summary>
    public Position? Position { get; }

    /// <summary>The target as <see cref="Parse(string)"/> reads it.</summary>
    public override string ToString() => this switch
    {
        { IsLatest: true } => "latest",
        { Time: { } time } => time.ToString("O", CultureInfo.InvariantCulture),
        { Position: { } position } => position.ToString(),
        _ => "earliest",
    };

    /// <summary>Reads what <see cref="ToString"/> printed. A time without an offset is taken as UTC.</summary>
    /// <exception cref="FormatException">The text is not a target.</exception>
    public static SeekTarget Parse(string s) => TryParse(s, null, out var target)
        ? target
        : throw new FormatException(
            $"'{s}' is not a place to start from: 'earliest', 'latest', a time (2026-01-31T12:00:00Z) or a position (user-events/3@42) is.");

    static SeekTarget IParsable<SeekTarget>.Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SeekTarget result)
    {
        result = default;
        switch (s)
        {
            case null:
                return false;
            case "earliest":
                return true;
            case "latest":
                result = Latest;
                return true;
            case var _ when EventBus.Position.TryParse(s, provider, out var position):
                result = At(position);
                return true;
            default:
                var isTime = DateTimeOffset.TryParse(
                    s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
                result = isTime ? At(time) : default;
                return isTime;
        }
    }
}
