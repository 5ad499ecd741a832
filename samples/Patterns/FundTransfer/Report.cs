namespace FundTransfer;

/// <summary>Prints what happened, and whether it held.</summary>
internal sealed class Report(Workload workload, Bank bank)
{
    /// <returns>Whether the safe group's balances are exact, and the careless one's are not: else the load would show nothing.</returns>
    public bool Print(TimeSpan elapsed, int members, int dead)
    {
        var tally = bank.Tally;
        var repeated = tally[Groups.Safe, What.FoundDone] + tally[Groups.Safe, What.RefusedByTheLedger];
        Console.WriteLine($"""
            {Workload.Transfers:N0} transfers between {Workload.Accounts} accounts, {workload.Twice.Count:N0} of them asked for twice, half of those under another event id.
            {members} members in all, 4 at a time, 16 handlers each; {dead} died or were cut off in the middle. {elapsed.TotalSeconds:F1} s.

            What happened in the group "{Groups.Safe}"
              duplicate detection     {tally[Groups.Safe, What.FoundDone],7:N0}  deliveries found their transfer done, and were acknowledged unhandled
              distributed lock        {tally[Groups.Safe, What.FoundRunning],7:N0}  times a delivery found its transfer running elsewhere, and was put back
              transaction integrity   {tally[Groups.Safe, What.ThrewHalfWay],7:N0}  handlers threw between debit and credit: nothing of it was committed
                                      {tally[Groups.Safe, What.ThrewAtTheEnd],7:N0}  threw behind the commit, and their transfer came again
                                      {tally[Groups.Safe, What.DiedWithItsMember],7:N0}  died with their member; the lease ended, and another member ran
                                      {tally[Groups.Safe, What.RefusedByTheLedger],7:N0}  came to the ledger again, and were refused by the transfer's own key
              booked                  {tally[Groups.Safe, What.Booked],7:N0}

            The same requests and the same trouble, three ways:
              group       idempotency   id and effect      handlers   accounts       money made
                          on the bus    in a transaction   begun      that are off   or lost
            """);
        var off = Groups.All.ToDictionary(group => group, Off, StringComparer.Ordinal);
        foreach (var group in Groups.All)
        {
            var (accounts, cents) = off[group];
            var (onTheBus, inTransaction) = (group != Groups.Careless ? "yes" : "no", group == Groups.Safe ? "yes" : "no");
            Console.WriteLine($"  {group,-10}  {onTheBus,-12}  {inTransaction,-17}  {tally[group, What.Begun],8:N0}   {accounts,12}   {cents / 100m,12:N2}");
        }

        var isExact = off[Groups.Safe] == (0, 0) && tally[Groups.Safe, What.Booked] == Workload.Transfers
            && workload.Requests.All(transfer => bank.Ledgers[Groups.Safe].IsBooked(transfer.TransferId));
        var isHard = off[Groups.Careless].Accounts > 0 && repeated >= workload.Twice.Count && tally[Groups.Safe, What.FoundRunning] > 0
            && tally[Groups.Safe, What.ThrewHalfWay] > 0 && tally[Groups.Safe, What.RefusedByTheLedger] > 0;
        Console.WriteLine();
        Console.WriteLine(isExact
            ? $"Held: in \"{Groups.Safe}\" every balance is exactly what the list of transfers says."
            : $"DID NOT HOLD: \"{Groups.Safe}\" has {off[Groups.Safe].Accounts} balances that differ from the list of transfers.");
        if (!isHard)
        {
            Console.WriteLine("DID NOT HOLD: the trouble was too little to show anything.");
        }

        return isExact && isHard;
    }

    private (int Accounts, long Cents) Off(string group)
    {
        var differences = bank.Ledgers[group].Balances().Zip(workload.Expected, (actual, expected) => actual - expected).ToArray();
        return (differences.Count(difference => difference != 0), differences.Sum());
    }
}
