namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Makes a result of an element, which is passed without a copy.</summary>
public delegate TResult Projection<T, out TResult>(in T value);

/// <summary>Makes a result of an element and a state, which are passed without a copy.</summary>
public delegate TResult Projection<T1, T2, out TResult>(in T1 x, in T2 y);
