using System.Collections;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Walks a delegate's targets without copying its invocation list.</summary>
public static class Delegates
{
    /// <summary>Whether the delegate has exactly one target.</summary>
    public static bool IsSingle(this MulticastDelegate? handler) => handler is not null && handler.HasSingleTarget;

    /// <summary>The delegate's targets, in the order in which they would be invoked; none for null.</summary>
    public static DelegateEnumerable<T> AsEnumerable<T>(this T? handler)
        where T : MulticastDelegate => new(handler);

    /// <summary>The targets of a delegate.</summary>
    public readonly struct DelegateEnumerable<T> : IEnumerable<T>
        where T : MulticastDelegate
    {
        private readonly T? _handler;

        internal DelegateEnumerable(T? handler)
        {
            _handler = handler;
        }

        /// <summary>Starts before the first target.</summary>
        public DelegateEnumerator<T> GetEnumerator() => new(_handler);

        IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>A walk over the targets of a delegate.</summary>
    public struct DelegateEnumerator<T> : IEnumerator<T>
        where T : MulticastDelegate
    {
        private readonly T? _handler;
        private Delegate.InvocationListEnumerator<T> _targets;

        internal DelegateEnumerator(T? handler)
        {
            _handler = handler;
            _targets = Delegate.EnumerateInvocationList(handler);
        }

        /// <summary>The target that the walk stands at.</summary>
        public readonly T Current => _targets.Current;

        readonly object IEnumerator.Current => Current;

        /// <summary>Goes to the next target; false after the last.</summary>
        public bool MoveNext() => _targets.MoveNext();

        /// <summary>Goes back to before the first target.</summary>
        public void Reset() => _targets = Delegate.EnumerateInvocationList(_handler);

        /// <summary>Does nothing: the walk holds nothing to let go of.</summary>
        public readonly void Dispose()
        {
        }
    }
}
