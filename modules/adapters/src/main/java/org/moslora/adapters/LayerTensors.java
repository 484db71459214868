package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.moslora.adapters.form.BiasDelta;
import org.moslora.adapters.form.Factor;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.Factors;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.adapters.form.Magnitude;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.Trait;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;

/** The tensors of layers as the formats want them, in fp32; everything that is made belongs to one arena. */
final class LayerTensors {
    private final Arena arena;
    private final Factors factors;
    private final Map<String, Site> sites;

    /** @param sites of the model, to tell what layers are convolutions where factors do not; empty if unknown */
    LayerTensors(Arena arena, Map<String, Site> sites) {
        this.arena = arena;
        this.factors = AdapterFile.factors(arena, Compute.cpu());
        this.sites = sites;
    }

    /**
     * What one layer becomes.
     *
     * @param kind what its tensors are now
     * @param places of the layer's kernel, 1 for a linear
     * @param scale what is still to be said beside the tensors
     */
    record Written(
            AdapterLayer layer,
            AdapterKind kind,
            int rank,
            long places,
            double scale,
            Map<TensorRole, NDArray> tensors) {
        double alpha() {
            return AdapterLayer.alpha(scale, rank);
        }
    }

    private Written written(
            AdapterLayer layer, AdapterKind kind, int rank, double scale, Map<TensorRole, NDArray> tensors) {
        long places = kernel(layer).stream().reduce(1L, (a, b) -> a * b);
        return new Written(layer, kind, rank, places, scale, tensors);
    }

    /** As it is, but for a core, which goes into A. */
    Written kept(AdapterLayer layer) {
        boolean cored = layer.form() instanceof LowRankFactorization low && low.core() != null;
        Map<TensorRole, NDArray> tensors = cored ? pair(layer, 1) : stored(layer.form());
        magnitude(layer, tensors, false);
        shift(layer, tensors);
        return written(layer, cored ? AdapterKind.LORA : layer.kind(), layer.rank(), layer.scale(), tensors);
    }

    /** As PEFT has it: what it has not got between A and B goes into A, as in A' = M·A. */
    Written folded(AdapterLayer layer) {
        AdapterKind kind = layer.kind().inPeft();
        boolean low = kind == AdapterKind.LORA;
        Map<TensorRole, NDArray> tensors = low ? pair(layer, 1) : stored(layer.form());
        magnitude(layer, tensors, false);
        shift(layer, tensors);
        return written(layer, kind, layer.rank(), layer.scale(), tensors);
    }

    /** As LyCORIS has it: a mixer goes into A, everything else stays, but a scale that whole factors cannot have. */
    Written lycoris(AdapterLayer layer) {
        Factorization form = layer.form();
        boolean mixed = layer.kind().has(Trait.LOW_RANK) && layer.kind() != AdapterKind.LORA;
        boolean whole = form instanceof KroneckerFactorization kronecker && kronecker.isWhole();
        Map<TensorRole, NDArray> tensors = mixed ? pair(layer, 1) : stored(form);
        if (whole) {
            tensors.computeIfPresent(TensorRole.KRONECKER_1, (role, small) -> scaled(small, layer.scale()));
        }
        magnitude(layer, tensors, true);
        return written(
                layer, mixed ? AdapterKind.LORA : layer.kind(), layer.rank(), whole ? 1 : layer.scale(), tensors);
    }

    /** As a pair whose scale is said beside it. */
    Written pair(AdapterLayer layer) {
        boolean low = layer.form() instanceof LowRankFactorization;
        int rank = layer.form().exactRank().orElseThrow();
        return written(layer, AdapterKind.LORA, rank, low ? layer.scale() : 1, pair(layer, low ? 1 : layer.scale()));
    }

    /** As a pair with its scale inside B. */
    Written plain(AdapterLayer layer) {
        Written pair = pair(layer);
        if (pair.scale() != 1) {
            pair.tensors().computeIfPresent(TensorRole.UP, (role, up) -> scaled(up, pair.scale()));
        }
        magnitude(layer, pair.tensors(), false);
        return written(layer, AdapterKind.LORA, pair.rank(), 1, pair.tensors());
    }

    private Map<TensorRole, NDArray> stored(Factorization form) {
        Map<TensorRole, NDArray> tensors = new EnumMap<>(TensorRole.class);
        form.factors().forEach((role, factor) -> tensors.put(role, factors.wide(factor)));
        return tensors;
    }

    private Map<TensorRole, NDArray> pair(AdapterLayer layer, double scale) {
        return shaped(layer, layer.form().pair(arena, factors, scale));
    }

    /** A pair for a layer, its factors shaped as files have them. */
    Map<TensorRole, NDArray> shaped(AdapterLayer layer, LowRank pair) {
        List<Long> kernel = kernel(layer);
        long rank = pair.up().getShape().get(1);
        long places = kernel.stream().reduce(1L, (a, b) -> a * b);
        Map<TensorRole, NDArray> tensors = new EnumMap<>(TensorRole.class);
        boolean embedding = layer.form().isEmbedding();
        tensors.put(
                embedding ? TensorRole.EMBEDDING_DOWN : TensorRole.DOWN,
                shaped(pair.down(), rank, layer.inputs() / places, kernel));
        tensors.put(
                embedding ? TensorRole.EMBEDDING_UP : TensorRole.UP,
                shaped(pair.up(), layer.outputs(), rank, kernel.isEmpty() ? kernel : List.of(1L, 1L)));
        return tensors;
    }

    /** The kernel of a convolution, empty for a linear: what the factors or the model show, else what layers of this name have. */
    List<Long> kernel(AdapterLayer layer) {
        Site site = sites.get(layer.path());
        if (site != null) {
            return site.kernel();
        }
        if (layer.form() instanceof LowRankFactorization
                || !layer.form().kernel().isEmpty()) {
            return layer.form().kernel();
        }
        return layer.path().matches("unet\\..*\\.(conv|conv1|conv2|conv_in|conv_out)")
                ? List.of(3L, 3L)
                : layer.path().endsWith(".conv_shortcut") ? List.of(1L, 1L) : List.of();
    }

    private void shift(AdapterLayer layer, Map<TensorRole, NDArray> tensors) {
        BiasDelta shift = layer.update().shift();
        if (shift != null) {
            tensors.put(shift.role(), factors.wide(shift.factor()));
        }
    }

    private void magnitude(AdapterLayer layer, Map<TensorRole, NDArray> tensors, boolean column) {
        Magnitude magnitude = layer.update().magnitude();
        if (magnitude == null) {
            return;
        }
        Factor factor = magnitude.factor();
        long count = factor.shape().stream().reduce(1L, (a, b) -> a * b);
        List<Long> ones = kernel(layer).isEmpty() ? List.of() : List.of(1L, 1L);
        NDArray values = factors.wide(factor);
        boolean flat = !column && ones.isEmpty();
        boolean first = column && !magnitude.byInput();
        tensors.put(
                TensorRole.MAGNITUDE,
                flat
                        ? Kernels.get().one(arena, "window", values, 0, new long[] {count})
                        : first ? shaped(values, count, 1, ones) : shaped(values, 1, count, ones));
    }

    private NDArray scaled(NDArray array, double scale) {
        return scale == 1 ? array : Kernels.get().one(arena, "scaled", array, scale);
    }

    private NDArray shaped(NDArray array, long rows, long columns, List<Long> kernel) {
        long[] shape = LongStream.concat(
                        LongStream.of(rows, columns), kernel.stream().mapToLong(Long::longValue))
                .toArray();
        return Kernels.get().one(arena, "window", array, 0, shape);
    }
}
