namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Copies what a projection makes of a sequence's elements.</summary>
public static class SequenceExtensions
{
    /// <summary>An array of what the projection makes of each element.</summary>
    public static TTo[] ToArray<TFrom, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TTo> projection)
    {
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        source.CopyTo(result, projection);
        return result;
    }

    /// <summary>An array of what the projection makes of each element and the state.</summary>
    public static TTo[] ToArray<TFrom, TState, TTo>(
        this in Sequence<TFrom> source, Projection<TFrom, TState, TTo> projection, in TState state)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        var index = 0;
        foreach (var span in source.Spans)
        {
            foreach (ref readonly var value in span)
            {
                result[index++] = projection(in value, in state);
            }
        }

        return result;
    }

    /// <summary>Copies what the projection makes of each element.</summary>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static void CopyTo<TFrom, TTo>(
        this in Sequence<TFrom> source, Span<TTo> destination, Projection<TFrom, TTo> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.Length > destination.Length)
        {
            throw new ArgumentException("The destination is too small.", nameof(destination));
        }

        var index = 0;
        foreach (var span in source.Spans)
        {
            foreach (ref readonly var value in span)
            {
                destination[index++] = projection(in value);
            }
        }
    }
}
