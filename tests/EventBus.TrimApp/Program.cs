using EventBus.TrimApp;

// Once by reference, and once through the JSON of a source-generated context and back.
foreach (var roundTripJson in (bool[])[false, true])
{
    var failure = await RoundTrip.RunAsync(roundTripJson);
    var way = roundTripJson ? "through JSON" : "by reference";
    if (failure is not null)
    {
        await Console.Error.WriteLineAsync($"{way}: {failure}");
        return 1;
    }

    Console.WriteLine($"{way}: handled");
}

return 0;
