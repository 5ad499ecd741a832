namespace EventBus.Testing.Tests.Support;

public sealed record Placed(int Number, string Customer = "ada");

public sealed record Paid(int Number);

public sealed record Shipped(int Number);
