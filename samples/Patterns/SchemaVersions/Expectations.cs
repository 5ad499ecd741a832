namespace SchemaVersions;

/// <summary>What has to hold, said as it is looked at; remembers whether all of it did.</summary>
internal sealed class Expectations
{
    public bool Held { get; private set; } = true;

    public void That(bool holds, string what)
    {
        Held &= holds;
        Console.WriteLine($"  {(holds ? "holds:       " : "DID NOT HOLD:")} {what}");
    }
}
