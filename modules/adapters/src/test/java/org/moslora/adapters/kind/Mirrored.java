package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.adapters.form.Between;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Site;

/** A kind that the program knows nothing of: ΔW = s·B·P·A, where P turns the order of the ranks around. */
public final class Mirrored implements Formula {
    @Override
    public String name() {
        return "MIRRORED";
    }

    @Override
    public Adapter on(Site site, AdapterSpec spec) {
        return LowRankAdapter.of(site, spec, new Mirror(spec.rank()));
    }

    @Override
    public Between between() {
        return new Between(null, Mirrored::mirror);
    }

    /** P, with ones from the upper right to the lower left. */
    private static float[] mirror(int rank) {
        float[] entries = new float[rank * rank];
        for (int i = 0; i < rank; i++) {
            entries[i * rank + rank - 1 - i] = 1;
        }
        return entries;
    }

    private record Mirror(int rank) implements Core {
        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public void materialize(Arena arena, NDArray down, double scale, NDArray pair) {
            Kernels.get().call(arena, "fold", mirrors(arena, down), down, scale, pair);
        }

        @Override
        public void backward(Arena arena, NDArray gradient, NDArray down, double scale) {
            NDArray mirrors = mirrors(arena, down);
            NDArray unread = arena.zeros(down.getShape().get(0), rank, rank);
            Kernels.get().call(arena, "pull_back", gradient, mirrors, down, scale, unread);
        }

        /** One for each layer, [layers, r, r]. */
        private NDArray mirrors(Arena arena, NDArray down) {
            int layers = (int) down.getShape().get(0);
            float[] all = new float[layers * rank * rank];
            for (int i = 0; i < layers; i++) {
                System.arraycopy(mirror(rank), 0, all, i * rank * rank, rank * rank);
            }
            return arena.floats(all, layers, rank, rank);
        }
    }
}
