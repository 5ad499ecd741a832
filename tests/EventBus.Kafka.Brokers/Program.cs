using EventBus.Kafka.Brokers;

// Writes where the brokers are, and ends with its standard input or by a signal. With --bare they are the mock brokers alone, without the proxies that
// do for clients what those cannot, and topics are made and removed by a word on standard input.
switch (args)
{
    case []:
        await BrokersHost.RunAsync(Console.In, Console.Out);
        return 0;
    case [BrokersHost.Bare]:
        await BrokersHost.RunBareAsync(Console.In, Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync($"There is only {BrokersHost.Bare} to say, not '{string.Join(' ', args)}'.");
        return 2;
}
