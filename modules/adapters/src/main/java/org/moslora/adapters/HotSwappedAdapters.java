package org.moslora.adapters;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;

/**
 * Adapters that take turns on a model that stays loaded. Give this to the model that is built, then say with {@link #use}
 * which adapters are on; nothing of the base is read or made again. Used by the thread that runs the model.
 */
public final class HotSwappedAdapters implements Linears, AutoCloseable {
    private final int mostRank;
    private final List<Linear> linears = new ArrayList<>();
    private @Nullable Arena active;

    /** @param mostRank as in {@link LoadedAdapters#attachUpTo} */
    public HotSwappedAdapters(int mostRank) {
        this.mostRank = mostRank;
    }

    @Override
    public void made(Linear linear) {
        linears.add(linear);
    }

    /**
     * Takes off what is on, and puts these on together; none for the base alone.
     *
     * @throws org.moslora.problems.InvalidInput when one cannot be read or does not fit; what is on stays on then
     */
    public void use(List<ScaledAdapter> adapters, Compute compute) {
        try (LoadedAdapters loaded = LoadedAdapters.open(adapters)) {
            linears.forEach(loaded::made);
            loaded.checkMade();
            linears.forEach(Linear::restore);
            Arena before = active;
            active = Arena.open(compute);
            loaded.attachUpTo(mostRank, active, compute);
            if (before != null) {
                before.close();
            }
        }
    }

    /** Takes everything off. */
    @Override
    public void close() {
        linears.forEach(Linear::restore);
        if (active != null) {
            active.close();
        }
    }
}
