package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** A pass through the transformer: what runs beside its blocks, and what the backward pass needs. Lives in the step's arena. */
public final class MmditPass {
    private final Tape tape;
    private final NDArray text;
    private final int words;
    private final long[] size;
    private final List<NDArray> time;
    private final NDArray[] angles;
    private final long seed;
    private boolean wantsTime;
    private boolean wantsText;
    private @Nullable NDArray timeGradient;
    private @Nullable NDArray textGradient;
    private @Nullable NDArray prediction;

    /**
     * @param text [B · words, width] in the model's format
     * @param size of the latents
     * @param time the activated embedding [B, width], then what its backward pass needs
     * @param angles cosines and sines of each row
     */
    MmditPass(Tape tape, NDArray text, int words, long[] size, List<NDArray> time, NDArray[] angles, long seed) {
        this.tape = tape;
        this.text = text;
        this.words = words;
        this.size = size;
        this.time = time;
        this.angles = angles;
        this.seed = seed;
    }

    /** The transformer's answer [B, channels, h, w], in fp32. */
    public NDArray prediction() {
        return present(prediction);
    }

    void finish(NDArray made) {
        prediction = made;
    }

    Tape tape() {
        return tape;
    }

    NDArray text() {
        return text;
    }

    int words() {
        return words;
    }

    long[] size() {
        return size;
    }

    NDArray time() {
        return time.get(0);
    }

    List<NDArray> timeSaved() {
        return time.subList(1, time.size());
    }

    NDArray cosines() {
        return angles[0];
    }

    NDArray sines() {
        return angles[1];
    }

    long seed() {
        return seed;
    }

    /** Says what the backward pass is to bring besides the blocks' own gradients. */
    void want(boolean timeToo, boolean textToo) {
        wantsTime = timeToo;
        wantsText = textToo;
    }

    boolean wantsTime() {
        return wantsTime;
    }

    boolean wantsText() {
        return wantsText;
    }

    void addTimeGradient(Arena arena, NDArray gradient) {
        NDArray before = timeGradient;
        if (!wantsTime) {
            gradient.close();
        } else if (before == null) {
            timeGradient = gradient;
        } else {
            Kernels.get().call(arena, "added_to", before, List.of(gradient));
            gradient.close();
        }
    }

    void setTextGradient(NDArray gradient) {
        textGradient = gradient;
    }

    NDArray timeGradient() {
        return present(timeGradient);
    }

    NDArray textGradient() {
        return present(textGradient);
    }

    private static NDArray present(@Nullable NDArray array) {
        if (array == null) {
            throw new IllegalStateException("the pass has not come that far");
        }
        return array;
    }
}
