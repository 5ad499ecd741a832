using Shop.Messaging;

namespace Shop.Users;

/// <summary>A user registered.</summary>
internal sealed record UserRegistered(string Name, string Email, int Age) : IShopEventData
{
    public static string Type => "USER_REGISTERED";
}

/// <summary>A user's profile changed: it is like this now.</summary>
internal sealed record UserProfileUpdated(string Name, string Email, int Age) : IShopEventData
{
    public static string Type => "USER_PROFILE_UPDATED";
}
