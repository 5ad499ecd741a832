namespace EventBus.Testing.Schemas;

/// <summary>Which consumers have to get on with which versions of a contract.</summary>
[Flags]
public enum SchemaCompatibility
{
    /// <summary>Versions need not get on with each other. A version that has been published must still not change.</summary>
    None = 0,

    /// <summary>Consumers of a newer version read what was published as an older one, by upcasters where there are some.</summary>
    Backward = 1,

    /// <summary>Consumers of an older version read what is published as a newer one, by ignoring what they do not know.</summary>
    Forward = 2,

    /// <summary>Both: publishers and consumers may move to a new version in any order.</summary>
    Full = Backward | Forward,
}
