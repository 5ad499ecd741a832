namespace EventBus.Consuming;

/// <summary>
/// The delivery that the calling code is part of, so that what a handler publishes tells its cause. A worker sets its slot once
/// and changes what is in it for each delivery: setting an <see cref="AsyncLocal{T}"/> costs allocations, which a delivery must not.
/// </summary>
/// <remarks>Work that a handler leaves running after it has ended sees whatever its worker handles by then, or nothing.</remarks>
internal static class CurrentDelivery
{
    private static readonly AsyncLocal<Slot?> Local = new();

    public static Delivery? Value => Local.Value?.Delivery;

    /// <summary>Gives the calling asynchronous flow a slot of its own.</summary>
    public static Slot Enter()
    {
        var slot = new Slot();
        Local.Value = slot;
        return slot;
    }

    internal sealed class Slot
    {
        public Delivery? Delivery { get; set; }
    }
}
