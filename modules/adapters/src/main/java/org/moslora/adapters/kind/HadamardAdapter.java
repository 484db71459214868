package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Hadamard;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.layers.Site;

/**
 * ΔW = s·(a₁·b₁) ⊙ (a₂·b₂). Where r² is small against the layer's width the kernels are given the pair of rank r² that
 * it equals, the Khatri-Rao products of outer and inner factors; else the factors themselves, of which they make ΔW.
 */
final class HadamardAdapter implements Adapter {
    private final double scale;
    private final Parameter a1;
    private final Parameter b1;
    private final Parameter a2;
    private final Parameter b2;

    /**
     * What the kernels read and where they add gradients, of all layers at once.
     *
     * @param paired whether outer and inner are up [layers, out, r²] and down [layers, r², in], else
     *     [layers, 2, out, r] and [layers, 2, r, in]
     */
    private record Windows(
            boolean paired, NDArray outer, NDArray inner, NDArray outerGradient, NDArray innerGradient) {}

    HadamardAdapter(double scale, Parameter a1, Parameter b1, Parameter a2, Parameter b2) {
        this.scale = scale;
        this.a1 = a1;
        this.b1 = b1;
        this.a2 = a2;
        this.b2 = b2;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(a1, b1, a2, b2);
    }

    @Override
    public Attachment attach(Arena arena, Compute compute, List<Linear> linears) {
        Site site = linears.get(0).site();
        long layers = linears.size();
        long rank = b1.value().getShape().get(1);
        boolean paired = isCheaperAsPair(site, rank, compute);
        long[] outer = paired
                ? new long[] {layers, site.outputs(), rank * rank}
                : new long[] {layers, 2, site.outputs(), rank};
        long[] inner =
                paired ? new long[] {layers, rank * rank, site.inputs()} : new long[] {layers, 2, rank, site.inputs()};
        Windows made = new Windows(
                paired,
                KernelCopy.blank(arena, compute, outer),
                KernelCopy.blank(arena, compute, inner),
                KernelCopy.wideBlank(arena, compute, outer),
                KernelCopy.wideBlank(arena, compute, inner));
        List<Attached> attached = IntStream.range(0, linears.size())
                .mapToObj(layer -> attached(arena, made, layer))
                .toList();
        return new Attachment(attached, step -> materialize(step, made), step -> backward(step, made));
    }

    private static Attached attached(Arena arena, Windows made, int layer) {
        NDArray outer = KernelCopy.row(arena, made.outer(), layer);
        NDArray inner = KernelCopy.row(arena, made.inner(), layer);
        NDArray outerGradient = KernelCopy.row(arena, made.outerGradient(), layer);
        NDArray innerGradient = KernelCopy.row(arena, made.innerGradient(), layer);
        return made.paired()
                ? new Attached(new LowRank(inner, outer), new LowRank(innerGradient, outerGradient))
                : new Attached(new Hadamard(outer, inner), new Hadamard(outerGradient, innerGradient));
    }

    /**
     * A pair costs seven thin products of a row, x·downᵀ and its like; ΔW one product as large as the layer, for its
     * gradient, and in bf16 two more, since it can then not be added to the weight.
     */
    static boolean isCheaperAsPair(Site site, long rank, Compute compute) {
        long products = compute.precision() == Precision.FP32 ? 1 : 3;
        return rank * rank * (4 * site.inputs() + 3 * site.outputs()) <= products * site.inputs() * site.outputs();
    }

    private void materialize(Arena arena, Windows now) {
        Kernels.get()
                .call(
                        arena,
                        now.paired() ? "hadamard_pair" : "hadamard_fold",
                        a1.value(),
                        b1.value(),
                        a2.value(),
                        b2.value(),
                        scale,
                        now.outer(),
                        now.inner());
        Kernels.get().call(arena, "zero", List.of(now.outerGradient(), now.innerGradient()));
    }

    private void backward(Arena arena, Windows now) {
        List<NDArray> values = List.of(a1.value(), b1.value(), a2.value(), b2.value());
        List<NDArray> gradients = List.of(a1.gradient(), b1.gradient(), a2.gradient(), b2.gradient());
        Kernels.get()
                .call(
                        arena,
                        now.paired() ? "hadamard_pair_back" : "hadamard_pull_back",
                        now.outerGradient(),
                        now.innerGradient(),
                        scale,
                        values,
                        gradients);
    }
}
