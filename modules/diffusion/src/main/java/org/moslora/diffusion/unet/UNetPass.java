package org.moslora.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/** A pass through the UNet: what runs beside its blocks, and what the backward pass needs. Lives in the step's arena. */
public final class UNetPass {
    private final Tape tape;
    private final NDArray text;
    private final @Nullable ReadText read;
    private final NDArray pooled;
    private final List<NDArray> time;
    private final long seed;
    /** What the way down has handed over and the way up has not taken yet. */
    private final Deque<NDArray> skips = new ArrayDeque<>();
    /** What the way up has taken. */
    private final Deque<NDArray> joined = new ArrayDeque<>();

    private final Deque<NDArray> skipGradients = new ArrayDeque<>();
    private boolean wantsTime;
    private boolean wantsText;
    private @Nullable NDArray timeGradient;
    private @Nullable NDArray textGradient;
    private @Nullable NDArray prediction;

    UNetPass(Tape tape, NDArray text, @Nullable ReadText read, NDArray pooled, List<NDArray> time, long seed) {
        this.tape = tape;
        this.text = text;
        this.read = read;
        this.pooled = pooled;
        this.time = time;
        this.seed = seed;
    }

    /** The UNet's prediction [B, channels, h, w], in fp32. */
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

    /** Keys and values of the text in a block, where they are remembered. */
    List<NDArray> read(BlockTensors block) {
        return read == null ? List.of() : read.pair(text, block);
    }

    NDArray pooled() {
        return pooled;
    }

    /** The activated time embedding [B, width]. */
    NDArray time() {
        return time.get(0);
    }

    /** What the time embedding's backward pass needs. */
    List<NDArray> timeSaved() {
        return time.subList(1, time.size());
    }

    long seed() {
        return seed;
    }

    void keep(NDArray output) {
        skips.push(output);
    }

    /** What the way down has handed over last. */
    NDArray nextSkip() {
        return present(skips.peek());
    }

    /** Says that it was used: without a backward pass it is not needed any more. */
    void join() {
        NDArray skip = skips.pop();
        if (tape.keeps()) {
            joined.push(skip);
        } else {
            skip.close();
        }
    }

    NDArray lastJoined() {
        return joined.pop();
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

    void addSkipGradient(NDArray gradient) {
        skipGradients.push(gradient);
    }

    /** The gradient of what was handed over last among those whose gradients have not been taken yet. */
    NDArray takeSkipGradient() {
        return skipGradients.pop();
    }

    void addTimeGradient(Arena arena, NDArray gradient) {
        timeGradient = sum(arena, timeGradient, gradient);
    }

    void addTextGradient(Arena arena, NDArray gradient) {
        textGradient = sum(arena, textGradient, gradient);
    }

    NDArray timeGradient() {
        return present(timeGradient);
    }

    NDArray textGradient() {
        return present(textGradient);
    }

    private static NDArray sum(Arena arena, @Nullable NDArray before, NDArray more) {
        if (before == null) {
            return more;
        }
        NDArray sum = Kernels.get().one(arena, "added", before, more);
        before.close();
        more.close();
        return sum;
    }

    private static NDArray present(@Nullable NDArray array) {
        if (array == null) {
            throw new IllegalStateException("the pass has not come that far");
        }
        return array;
    }
}
