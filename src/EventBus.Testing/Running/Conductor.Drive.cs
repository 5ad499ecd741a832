namespace EventBus.Testing.Running;

/// <content>Waiting until nothing happens any more, and making happen what is next.</content>
internal sealed partial class Conductor
{
    // How often the thread pool gets its turn before a handler is taken to wait for another one.
    private const int Hops = 200;

    private enum Quiet
    {
        /// <summary>Something is at work.</summary>
        No,

        /// <summary>Only handlers are, which wait for something that nobody counts: another handler, perhaps.</summary>
        ButForHandlers,

        Yes,
    }

    /// <summary>Lets run what can run, until everything rests or the caller has what it wants.</summary>
    /// <param name="isEnough">Looked at after each change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task UntilQuietAsync(Func<bool> isEnough, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before looking at anything, so that a change in between is not slept through.
            var (changed, version) = Now();
            if (isEnough())
            {
                return;
            }

            var quiet = Look(out var candidates);
            if (candidates.Count > 0 && (quiet is Quiet.Yes || (quiet is Quiet.ButForHandlers && await IsStuckAsync(version).ConfigureAwait(false))))
            {
                Draw(candidates);
            }
            else if (quiet is Quiet.Yes)
            {
                return;
            }
            else
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private (Task Changed, long Version) Now()
    {
        lock (_lock)
        {
            return (_changed.Task, _version);
        }
    }

    private Quiet Look(out List<Candidate> candidates)
    {
        lock (_lock)
        {
            candidates = _candidates.FindAll(static candidate => candidate.IsReady?.Invoke() != false);
            if (_starting > 0)
            {
                return Quiet.No;
            }

            var quiet = Quiet.Yes;
            foreach (var work in _works)
            {
                var rests = Rests(work);
                quiet = rests < quiet ? rests : quiet;
            }

            return quiet;
        }
    }

    private Quiet Rests(Work work)
    {
        if (work.Running > 0)
        {
            return Quiet.No;
        }

        if (work.Queued > 0)
        {
            return IsSeeded ? Quiet.Yes : Quiet.No;
        }

        if (work.Delays > 0
            || work.IsWaiting?.Invoke() == true
            || (work.ReceivesFor is { } group && _unread(group) <= 0))
        {
            return Quiet.Yes;
        }

        return work.IsHandling ? Quiet.ButForHandlers : Quiet.No;
    }

    // A lock that a step has just opened reaches the next one by way of the thread pool.
    private async Task<bool> IsStuckAsync(long version)
    {
        for (var hop = 0; hop < Hops; hop++)
        {
            var turn = New();
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.SetResult(), turn, preferLocal: false);
            await turn.Task.ConfigureAwait(false);
            lock (_lock)
            {
                if (_version != version)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Draw(List<Candidate> candidates)
    {
        candidates.Sort(static (a, b) => string.CompareOrdinal(a.Order, b.Order));
        var drawn = candidates[_random!.Next(candidates.Count)];
        if (Change(() => _candidates.Remove(drawn)))
        {
            RunNow(drawn);
        }
    }
}
