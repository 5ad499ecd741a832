namespace EventBus.Redis.Tests.Servers;

/// <summary>A user of the tests' server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Configuration">What its bus connects with.</param>
public sealed record TestUser(string Name, string Configuration);
