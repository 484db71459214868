package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one block of a model in the order in which its kernels index them: norms and other plain tensors, and
 * linears with what adapters add to them. They are gathered when the block first runs and not before, because adapters
 * are put on after a model was made, and anew when something has changed since. Offloaded weights are brought then, and
 * let go of when others need the room.
 */
public final class BlockTensors {
    private final Arena arena;
    private final List<OtherTensor> plain;
    private final List<Linear> linears;
    private final NDArray none;
    private @Nullable Structure gathered;
    /** Owns the offloaded weights while they are here. */
    private @Nullable Arena brought;

    private int changes;

    /**
     * Names the tensors, and gathers nothing yet.
     *
     * @param arena owns what is gathered
     * @param plain tensors outside all linears, in the kernels' order
     * @param linears the block's linears, in the kernels' order
     */
    public BlockTensors(Arena arena, List<OtherTensor> plain, List<Linear> linears) {
        this.arena = arena;
        this.plain = List.copyOf(plain);
        this.linears = List.copyOf(linears);
        this.none = arena.none();
    }

    /** Whether a backward pass has anything to gather here. */
    public boolean learns() {
        return linears.stream().anyMatch(Linear::learns) || plain.stream().anyMatch(OtherTensor::learns);
    }

    /** What kernels take as a {@code Block}. */
    public Structure block() {
        if (changes != changes()) {
            release();
        }
        Structure current = gathered;
        if (current == null) {
            changes = changes();
            bring();
            current = gather();
            gathered = current;
        } else if (brought != null) {
            arena.residency().used(this);
        }
        return current;
    }

    /** Makes room for the offloaded weights, where there are any. */
    private void bring() {
        long bytes = offloaded();
        if (bytes > 0) {
            arena.residency().enter(this, bytes);
            brought = arena.child();
        }
    }

    /** Lets go of what was gathered, the offloaded weights with it. */
    void release() {
        if (gathered != null) {
            gathered.close();
            gathered = null;
        }
        if (brought != null) {
            arena.residency().leave(this);
            brought.close();
            brought = null;
        }
    }

    /** Bytes of the weights that are not there between two blocks. */
    private long offloaded() {
        long bytes = 0;
        for (Linear linear : linears) {
            OffloadedWeight weight = linear.offloaded();
            bytes += weight == null ? 0 : weight.bytes();
        }
        return bytes;
    }

    private NDArray weight(Linear linear) {
        OffloadedWeight offloaded = linear.offloaded();
        return offloaded == null || brought == null ? linear.kernelWeight() : offloaded.in(brought);
    }

    private int changes() {
        return plain.stream().mapToInt(OtherTensor::changes).sum()
                + linears.stream().mapToInt(Linear::changes).sum();
    }

    private Structure gather() {
        List<NDArray> weights = new ArrayList<>();
        List<NDArray> weightGradients = new ArrayList<>();
        List<NDArray> adapters = new ArrayList<>();
        List<NDArray> adapterGradients = new ArrayList<>();
        for (Linear linear : linears) {
            weights.add(weight(linear));
            weights.add(present(linear.bias()));
            weightGradients.add(present(linear.weightGradient()));
            weightGradients.add(present(linear.biasGradient()));
            adapters.addAll(places(linear.adapter()));
            adapterGradients.addAll(places(linear.gradient()));
        }
        weights.addAll(quantised());
        // The adapters of a block agree on their dropout.
        double dropout = linears.stream().mapToDouble(Linear::dropout).max().orElse(0);
        return Kernels.get()
                .structure(
                        arena,
                        "block",
                        plain.stream().map(OtherTensor::value).toList(),
                        plain.stream().map(tensor -> present(tensor.gradient())).toList(),
                        weights,
                        weightGradients,
                        adapters,
                        adapterGradients,
                        dropout,
                        LibraryAttention.isWrittenOut(arena),
                        arena.trains());
    }

    /** What kernels need besides codes, for every linear of a block in which any weight is quantised. */
    private List<NDArray> quantised() {
        List<NDArray> places = new ArrayList<>();
        if (linears.stream().anyMatch(linear -> linear.quantised() != null)) {
            for (Linear linear : linears) {
                Quantised held = linear.quantised();
                places.addAll(held == null ? Collections.nCopies(Quantised.PLACES, none) : held.places(none));
            }
        }
        return places;
    }

    private NDArray present(@Nullable NDArray array) {
        return array == null ? none : array;
    }

    private List<NDArray> places(@Nullable AdapterDelta delta) {
        return delta == null ? Collections.nCopies(AdapterDelta.PLACES, none) : delta.places(none);
    }
}
