using EventBus.Serialization;

namespace EventBus.Catalog.Versions;

/// <summary>All the steps from one version of a contract to the next that this bus knows. Immutable.</summary>
internal sealed class Upcasters
{
    private readonly ILookup<string, UpcastStep> _byName;
    private readonly IEventSerializer _serializer;

    public Upcasters(IEnumerable<UpcastStep> steps, IEventSerializer serializer)
    {
        _serializer = serializer;
        _byName = steps.OrderBy(step => step.From).ToLookup(step => step.Name, StringComparer.Ordinal);
    }

    /// <summary>The chains that lead to a version of a contract, the shortest first.</summary>
    public IEnumerable<UpcastChain> ChainsTo(EventDefinition contract) => ChainsTo(contract.Name, contract.Version);

    /// <inheritdoc cref="ChainsTo(EventDefinition)"/>
    public IEnumerable<UpcastChain> ChainsTo(string name, int version)
    {
        UpcastStep[] chain = [];
        foreach (var step in _byName[name].Where(step => step.From < version).Reverse())
        {
            if (step.To != (chain.Length == 0 ? version : chain[0].From))
            {
                yield break;
            }

            chain = [step, .. chain];
            yield return new UpcastChain(chain, _serializer as JsonEventSerializer);
        }
    }

    /// <summary>Every mistake in the steps, in words.</summary>
    /// <param name="contracts">The registered contracts.</param>
    public IEnumerable<string> Problems(IReadOnlyList<EventDefinition> contracts)
    {
        if (_byName.Count > 0 && _serializer is not JsonEventSerializer)
        {
            yield return $"Upcast works on JSON, and the bus serializes with {_serializer.GetType().FullName}. "
                + "Leave out UseSerializer, or let that serializer read the older versions.";
        }

        foreach (var steps in _byName)
        {
            var versions = contracts.Where(contract => contract.Name == steps.Key).Select(contract => contract.Version).ToHashSet();
            foreach (var problem in Problems(steps.Key, [.. steps], versions))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Problems(string name, UpcastStep[] steps, HashSet<int> versions)
    {
        if (versions.Count == 0)
        {
            yield return $"Upcast '{name}': no event of that contract name is registered. Add: bus.Event<T>(\"{name}\", version: …);";
            yield break;
        }

        foreach (var step in steps.Where(step => step.From < 1))
        {
            yield return $"Upcast '{name}': from is {step.From}, and versions count from 1.";
        }

        for (var i = 1; i < steps.Length; i++)
        {
            if (steps[i].From == steps[i - 1].From)
            {
                yield return $"Upcast '{name}': there are several from version {steps[i].From}. Keep one.";
            }
            else if (steps[i].From != steps[i - 1].To)
            {
                yield return $"Upcast '{name}': there is a gap: none leads from version {steps[i - 1].To} to {steps[i].From}.";
            }
        }

        if (!versions.Contains(steps[^1].To))
        {
            yield return $"Upcast '{name}': the last one leads to version {steps[^1].To}, which no type is registered for. "
                + $"Registered: {string.Join(", ", versions.Order())}.";
        }
    }
}
