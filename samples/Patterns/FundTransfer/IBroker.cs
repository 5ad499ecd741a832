using Microsoft.Extensions.DependencyInjection;

namespace FundTransfer;

/// <summary>What carries the requests: the broker that all buses share, and that members can be cut off from.</summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>Lets a bus use it.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="member">Whose bus it is.</param>
    void Carry(EventBusBuilder bus, string member);

    /// <summary>From now on a member has no connection: the broker takes it for dead, and the others take over.</summary>
    void CutOff(string member);
}
