using System.Runtime.Loader;

namespace EventBus.Docs.Tests;

/// <summary>Runs a snippet that is a program.</summary>
internal static class SnippetProgram
{
    /// <returns>What it wrote to the console. The console is the process's own: one test at a time.</returns>
    public static async Task<string> RunAsync(Snippet snippet)
    {
        using var assembly = new MemoryStream();
        var result = SnippetCompiler.Compile(snippet).Emit(assembly);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
        assembly.Position = 0;

        var console = Console.Out;
        var output = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(output));
        try
        {
            var entry = AssemblyLoadContext.Default.LoadFromStream(assembly).EntryPoint!;
            await Task.Run(() => entry.Invoke(null, [Array.Empty<string>()]));
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString();
    }
}
