namespace FundTransfer;

/// <summary>Somebody wants money moved. The transfer's number tells it apart, however often it is asked for.</summary>
internal sealed record TransferRequested(int Number, int From, int To, long Cents)
{
    public string TransferId => $"T{Number:D5}";
}
