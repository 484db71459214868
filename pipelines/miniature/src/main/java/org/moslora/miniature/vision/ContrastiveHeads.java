package org.moslora.miniature.vision;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.clip.ClipNames;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.miniature.blank.StartValues;

/**
 * What stands between the halves and a loss: the temperature by which captions are told apart, and a matrix that names
 * what is in patches. The latter does not outlive the training.
 */
final class ContrastiveHeads {
    /** What the names of tensors begin with that are thrown away. */
    static final String NAMES = "names.";

    private final NDArray none;
    private final OtherTensor temperature;
    private final OtherTensor names;

    ContrastiveHeads(ModelBuilder builder, int width, long seed) {
        this.none = builder.none();
        this.temperature = builder.tensor(ClipNames.TEMPERATURE);
        long answers = PatchLabels.SIZES.stream().mapToLong(Integer::longValue).sum();
        String name = NAMES + "weight";
        float[] start = new StartValues(seed).values(name, List.of(answers, (long) width));
        this.names = builder.made(new OtherTensor(name, builder.arena().floats(start, answers, width)));
    }

    /** [loss, hits, dpictures, dtexts] of telling which caption is whose. */
    NDArray[] contrast(Arena arena, NDArray pictures, NDArray texts, double scale) {
        return Kernels.get()
                .call(arena, "contrast", pictures, texts, temperature.value(), gradient(temperature), scale);
    }

    /** [loss, hits, counts, dstates] of naming what is in the patches. */
    NDArray[] named(Arena arena, NDArray states, NDArray answers, double scale) {
        long[] sizes = PatchLabels.SIZES.stream().mapToLong(Integer::longValue).toArray();
        return Kernels.get().call(arena, "labelled", states, names.value(), gradient(names), answers, sizes, scale);
    }

    private NDArray gradient(OtherTensor tensor) {
        NDArray gradient = tensor.gradient();
        return gradient == null ? none : gradient;
    }
}
