namespace EventBus.Redis.Groups;

/// <summary>Where somebody wants a group to be moved in a partition: <c>PLACE|ID</c>, the id so that a wish can be told from the next one.</summary>
internal static class SeekWish
{
    public static string Make(string place) => $"{place}|{Guid.NewGuid():N}";

    public static string PlaceOf(string wish) => wish[..wish.IndexOf('|', StringComparison.Ordinal)];
}
