package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.layers.Site;

/**
 * ΔW = s·B·core·A. Folded once a step into the pair (s·core·A, B), in one batched product for all layers, so that a
 * step costs what LoRA's costs whatever the core is. In fp32 the kernels read B and add to its gradient in place; in
 * bf16 they read copies.
 */
final class LowRankAdapter implements Adapter {
    private final Core core;
    private final double scale;
    private final Parameter down;
    private final Parameter up;

    /**
     * What the kernels read, of all layers at once.
     *
     * @param pair s·core·A, [layers, r, in]
     * @param up B, [layers, out, r]
     */
    record Windows(NDArray pair, NDArray up) {}

    LowRankAdapter(Core core, double scale, Parameter down, Parameter up) {
        this.core = core;
        this.scale = scale;
        this.down = down;
        this.up = up;
    }

    /** A as the settings say, B at zero; on an embedding table A at zero and B normal, as PEFT has them. */
    static LowRankAdapter of(Site site, AdapterSpec spec, Core core) {
        long rank = spec.rank();
        boolean table = site.isEmbedding();
        Parameter.Start zero =
                ParameterInit.zero(table ? new long[] {rank, site.inputs()} : new long[] {site.outputs(), rank});
        Parameter.Start drawn = table
                ? ParameterInit.normal(1, site.outputs(), rank)
                : spec.init().start(rank, site.inputs());
        Parameter a = Parameter.inner(inner(site), table ? zero : drawn.after(1), rank, site.inputs());
        Parameter b = Parameter.outer(outer(site), table ? drawn.after(1) : zero, site.outputs(), rank);
        return new LowRankAdapter(core, spec.scale(), a.inFiles(site.downShape(rank)), b.inFiles(site.upShape(rank)));
    }

    static TensorRole inner(Site site) {
        return site.isEmbedding() ? TensorRole.EMBEDDING_DOWN : TensorRole.DOWN;
    }

    static TensorRole outer(Site site) {
        return site.isEmbedding() ? TensorRole.EMBEDDING_UP : TensorRole.UP;
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(down);
        all.addAll(core.parameters());
        all.add(up);
        return all;
    }

    @Override
    public Attachment attach(Arena arena, Compute compute, List<Linear> linears) {
        Windows made = windows(arena, compute);
        return new Attachment(layers(arena, made, linears.size()), step -> materialize(step, made), this::backward);
    }

    Windows windows(Arena arena, Compute compute) {
        NDArray read = compute.precision() == Precision.FP32 ? up.value() : blank(arena, compute, up.value());
        return new Windows(blank(arena, compute, down.value()), read);
    }

    List<Attached> layers(Arena arena, Windows made, int count) {
        List<Attached> attached = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // The pair's gradient is gathered where that of A belongs; pulling back turns the one into the other.
            attached.add(new Attached(
                    new LowRank(row(arena, made.pair(), i), row(arena, made.up(), i)),
                    new LowRank(row(arena, down.gradient(), i), row(arena, up.gradient(), i))));
        }
        return attached;
    }

    void materialize(Arena arena, Windows made) {
        core.materialize(arena, down.value(), scale, made.pair());
        if (made.up() != up.value()) {
            Kernels.get().call(arena, "copied_into", made.up(), up.value());
        }
    }

    void backward(Arena arena) {
        core.backward(arena, down.gradient(), down.value(), scale);
    }

    private static NDArray blank(Arena arena, Compute compute, NDArray like) {
        long[] shape = like.getShape().getShape();
        return Kernels.get().one(arena, "blank", shape, compute.precision().scalarType(), compute.deviceName());
    }

    private static NDArray row(Arena arena, NDArray array, int i) {
        return Kernels.get().one(arena, "row", array, i);
    }
}
