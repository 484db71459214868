package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Structure;

/**
 * Where the rows of a stream stand: a position on several axes for each, picture after picture.
 *
 * @param pictures positions of each picture's rows
 */
public record StreamLayout(List<List<int[]>> pictures) {
    public StreamLayout {
        pictures = List.copyOf(pictures);
    }

    /** Two streams as one: first's rows of a picture, then second's. */
    public static StreamLayout joined(StreamLayout first, StreamLayout second) {
        List<List<int[]>> both = new ArrayList<>();
        for (int i = 0; i < first.pictures.size(); i++) {
            List<int[]> rows = new ArrayList<>(first.pictures.get(i));
            rows.addAll(second.pictures.get(i));
            both.add(rows);
        }
        return new StreamLayout(both);
    }

    /** Rows of each picture. */
    public long[] lengths() {
        return pictures.stream().mapToLong(List::size).toArray();
    }

    /**
     * The rows as kernels take them.
     *
     * @param device where the angles are wanted
     * @param axes how many entries of a head turn by each axis
     * @param theta the base of the angles
     * @param single whether angles are rounded to single precision before their cosine is taken
     */
    public Structure rows(Arena arena, String device, List<Integer> axes, double theta, boolean single) {
        List<int[]> all = new ArrayList<>();
        pictures.forEach(all::addAll);
        float[] at = new float[all.size() * axes.size()];
        for (int i = 0; i < all.size(); i++) {
            for (int axis = 0; axis < axes.size(); axis++) {
                at[i * axes.size() + axis] = all.get(i)[axis];
            }
        }
        long[] widths = axes.stream().mapToLong(Integer::longValue).toArray();
        try (Arena placing = arena.child()) {
            NDArray places = placing.floats(at, all.size(), axes.size());
            NDArray[] angles = Kernels.get().call(arena, "axial_angles", places, widths, theta, single, device);
            return Kernels.get().structure(arena, "rows", angles[0], angles[1], lengths(), arena.none());
        }
    }
}
