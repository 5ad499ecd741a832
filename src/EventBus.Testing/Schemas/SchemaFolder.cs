using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventBus.Testing.Schemas;

/// <summary>The files of the schemas: <c>NAME.vVERSION.json</c>.</summary>
internal sealed class SchemaFolder(string path)
{
    private const string Extension = ".json";
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Finds a folder: as it is named or, where that is relative, in the program's folder or one above it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static SchemaFolder Find(string folder)
    {
        for (var from = new DirectoryInfo(AppContext.BaseDirectory); from is not null; from = from.Parent)
        {
            if (Path.Combine(from.FullName, folder) is var found && Directory.Exists(found))
            {
                return new SchemaFolder(found);
            }
        }

        throw new DirectoryNotFoundException(
            $"There is no folder '{folder}' for the schemas, in {AppContext.BaseDirectory} or above it. Make it where it is to be kept.");
    }

    /// <summary>The schemas of a contract that there are files for, in the order of their versions.</summary>
    public IReadOnlyList<ContractSchema> Read(string name) =>
    [
        .. from file in Directory.EnumerateFiles(path, $"{name}.v*{Extension}")
           let version = VersionOf(name, Path.GetFileName(file))
           where version > 0
           orderby version
           select new ContractSchema(name, version, Parse(file)),
    ];

    /// <summary>Writes a schema's file, unless it says the same already.</summary>
    /// <returns>The file; null if there was nothing to write.</returns>
    public string? Write(ContractSchema schema)
    {
        var file = Path.Combine(path, $"{schema.Name}.v{schema.Version.ToString(CultureInfo.InvariantCulture)}{Extension}");
        if (File.Exists(file) && JsonNode.DeepEquals(Parse(file), schema.Json))
        {
            return null;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            schema.Json.WriteTo(writer);
        }

        stream.WriteByte((byte)'\n');
        File.WriteAllBytes(file, stream.ToArray());
        return file;
    }

    private static int VersionOf(string name, string file)
    {
        var digits = file.AsSpan(name.Length + 2, file.Length - name.Length - 2 - Extension.Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static JsonObject Parse(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new JsonException("It is another kind of value.");
        }
        catch (JsonException exception)
        {
            throw new EventBusException($"The schema {file} is not a JSON object. Take it back, or delete it and accept it anew.", exception);
        }
    }
}
