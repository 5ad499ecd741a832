namespace FundTransfer;

/// <summary>What the sample counts.</summary>
internal enum What
{
    /// <summary>A handler began.</summary>
    Begun,

    /// <summary>A handler threw between debit and credit.</summary>
    ThrewHalfWay,

    /// <summary>A handler threw when all was done.</summary>
    ThrewAtTheEnd,

    /// <summary>A handler was cut off with its member.</summary>
    DiedWithItsMember,

    /// <summary>The bus found the transfer handled.</summary>
    FoundDone,

    /// <summary>The bus found the transfer being handled, and put it back.</summary>
    FoundRunning,

    /// <summary>The ledger refused a transfer that it had booked.</summary>
    RefusedByTheLedger,

    /// <summary>A handler booked a transfer.</summary>
    Booked,
}
