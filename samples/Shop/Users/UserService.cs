using System.Collections.Concurrent;
using Shop.Messaging;

namespace Shop.Users;

/// <summary>The users, kept in memory. Every change is published before it shows: what nobody hears of has not happened.</summary>
internal sealed class UserService(ShopPublisher publisher, TimeProvider time, ILogger<UserService> logger)
{
    private readonly ConcurrentDictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly KeyedGate _gate = new();

    public User? Find(string id) => _users.GetValueOrDefault(id);

    public async Task<UserChange> RegisterAsync(NewUser profile)
    {
        var user = new User(Guid.CreateVersion7(time.GetUtcNow()).ToString(), profile.Name, profile.Email, profile.Age);
        var published = await publisher.PublishAsync(user.Id, new UserRegistered(user.Name, user.Email, user.Age));
        _users[user.Id] = user;
        logger.UserRegistered(user.Id, published.Type, published.Id, published.Position);
        return new UserChange(user, published);
    }

    /// <summary>Changes a profile; null when there is no such user.</summary>
    public async Task<UserChange?> UpdateAsync(string id, ProfileChange change)
    {
        using var turn = await _gate.EnterAsync(id);
        if (Find(id) is not { } current)
        {
            return null;
        }

        var user = change.ApplyTo(current);
        var published = await publisher.PublishAsync(id, new UserProfileUpdated(user.Name, user.Email, user.Age));
        _users[id] = user;
        logger.ProfileUpdated(id, published.Type, published.Id, published.Position);
        return new UserChange(user, published);
    }
}

/// <summary>A user as a change has left it, and the event that tells of the change.</summary>
internal sealed record UserChange(User User, PublishedEvent Event);
