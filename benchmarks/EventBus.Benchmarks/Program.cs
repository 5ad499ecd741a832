using System.CommandLine;
using EventBus.Benchmarks;

// Options without a verb are the load command's, as in `--transport memory --producers 10`.
string[] withVerb = args is [['-', '-', ..] first, ..] && Commands.IsOfLoad(first) ? ["load", .. args] : args;
var parsed = Commands.Create().Parse(withVerb);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync(error.Message);
    }

    await Console.Error.WriteLineAsync("Use --help to see what there is.");
    return 2;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchmarkException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
