using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EventBus.Idempotency;

/// <summary>Names the owners of a subscription's runs: a random half that no other subscription or process has, and a number.</summary>
internal sealed class RunOwners
{
    private readonly long _random = MemoryMarshal.Read<long>(RandomNumberGenerator.GetBytes(sizeof(long)));
    private long _number;

    public Guid Next()
    {
        Span<long> halves = [_random, Interlocked.Increment(ref _number)];
        return MemoryMarshal.Read<Guid>(MemoryMarshal.AsBytes(halves));
    }
}
