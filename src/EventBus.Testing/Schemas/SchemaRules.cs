namespace EventBus.Testing.Schemas;

/// <summary>Every way in which a change of a schema breaks a reader.</summary>
internal static class SchemaRules
{
    public static SchemaRule RequiredMissing { get; } = new(
        nameof(RequiredMissing),
        "version NEW requires it, and data of version OLD does not have it",
        "it was removed, and consumers of version OLD require it",
        "Make it optional with a default, or fill it in by an upcaster.");

    public static SchemaRule RequiredOptional { get; } = new(
        nameof(RequiredOptional),
        "version NEW requires it, and data of version OLD may lack it",
        "it may be left out now, and consumers of version OLD require it",
        "Make it optional with a default, or fill it in by an upcaster.",
        "Keep it required.");

    public static SchemaRule TypeChanged { get; } = new(
        nameof(TypeChanged),
        "its type has changed, and consumers of version NEW cannot read what version OLD wrote",
        "its type has changed, and consumers of version OLD cannot read it",
        ForwardAdvice: "Add a property of another name, and keep this one until no consumer of version OLD is left.");

    public static SchemaRule NullRefused { get; } = new(
        nameof(NullRefused),
        "it is not nullable any more, and data of version OLD may have null",
        "it is nullable now, and consumers of version OLD do not take null");

    public static SchemaRule EnumNarrowed { get; } = new(
        nameof(EnumNarrowed),
        "values were removed that data of version OLD may have",
        "values were added that consumers of version OLD do not know");

    public static SchemaRule SubtypeUnknown { get; } = new(
        nameof(SubtypeUnknown),
        "a derived type was removed that data of version OLD may have",
        "a derived type was added that consumers of version OLD do not know");

    public static SchemaRule NumberNarrowed { get; } = new(
        nameof(NumberNarrowed),
        "its numbers have a narrower range or precision than those of version OLD",
        "its numbers have a wider range or precision than consumers of version OLD can take");

    public static SchemaRule FormatChanged { get; } = new(
        nameof(FormatChanged),
        "its text has another form than in version OLD",
        "its text has another form than consumers of version OLD take");

    public static SchemaRule PropertyRefused { get; } = new(
        nameof(PropertyRefused),
        "version NEW refuses properties that it does not know, and data of version OLD has this one",
        "it was added, and consumers of version OLD refuse properties that they do not know",
        "Skip unmapped members, or remove it by an upcaster.",
        "Let consumers skip unmapped members before it is published.");

    public static SchemaRule UpcasterMissing { get; } = new(
        nameof(UpcasterMissing),
        "no upcaster leads from version OLD to NEW, so a subscription that handles version NEW alone refuses events of version OLD",
        string.Empty,
        "If version NEW reads the data as it is, say so: bus.Upcast(\"CONTRACT\", from: OLD).");

    public static SchemaRule UpcasterFailed { get; } = new(
        nameof(UpcasterFailed),
        "an event of version OLD cannot be upcast to version NEW",
        string.Empty,
        "Mend the upcaster for such data.");

    public static SchemaRule NotAccepted { get; } = new(
        nameof(NotAccepted),
        "the schema is not the one that was accepted",
        string.Empty,
        $"Review it: run this check with {SchemaRegistry.AcceptVariable}=1, and keep the file with the code.");
}
