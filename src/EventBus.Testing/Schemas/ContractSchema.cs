using System.Text.Json.Nodes;

namespace EventBus.Testing.Schemas;

/// <summary>The schema of one version of a contract.</summary>
internal sealed record ContractSchema(string Name, int Version, JsonObject Json);
