package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.AdapterOrigin;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.Conversion;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.NativeFolder;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.adapters.Targets;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.adapters.kind.AdaLoraSettings;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Int8;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Site;
import org.moslora.tensors.DType;

/** One kind of adapter, put on a single layer with random values and written to a folder. */
final class TriedKind implements AutoCloseable {
    private static final String PLACE = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    private static final int WIDTH = 12;

    private final AdapterSpec spec;
    private final Path path;
    private final Arena arena;
    private final Linear linear;

    TriedKind(String kind, int rank, Path path) {
        Engine.start(1);
        AdapterKind own = AdapterKind.of(kind);
        int even = own == AdapterKind.BUTTERFLY ? 2 * ((rank + 1) / 2) : rank;
        this.spec = new AdapterSpec(
                own,
                even,
                3,
                0,
                MixerInit.ORTHOGONAL,
                FactorInit.KAIMING,
                AdapterOptions.NONE,
                LayerPatterns.NONE,
                settings(even));
        this.path = path;
        this.arena = Arena.open(Compute.cpu());
        this.linear = new Linear(new Site(PLACE, WIDTH, WIDTH, false), normal(WIDTH, WIDTH), null);
    }

    /** The kinds' own defaults, but for AdaLoRA's first rank. */
    private static KindSettings settings(int rank) {
        AdaLoraSettings adalora = new AdaLoraSettings(rank, rank, 0, 0, 1, 0.85, 0.85, 0.5);
        return new KindSettings(adalora, KindSettings.DEFAULT.lokr(), KindSettings.DEFAULT.moe());
    }

    private NDArray normal(long... shape) {
        return Kernels.get().one(arena, "normal", shape, 0.5, 11);
    }

    Path path() {
        return path;
    }

    Linear linear() {
        return linear;
    }

    Linear convolution() {
        Site site = new Site("unet.mid_block.resnets.0.conv1", 4 * 9, 8, false, List.of(3L, 3L));
        return new Linear(site, normal(8, 4, 3, 3), null);
    }

    /** Codes of 8 bits, each row's largest standing for 1. */
    Linear quantised() {
        NDArray codes = Kernels.get()
                .one(arena, "converted", Kernels.get().one(arena, "scaled", normal(WIDTH, WIDTH), 40.0), 1, "cpu");
        NDArray scales = Kernels.get().one(arena, "filled", arena.zeros(WIDTH), 1.0);
        return new Linear(
                new Site(PLACE, WIDTH, WIDTH, false), new Int8(codes, scales, arena.zeros(WIDTH, WIDTH, 0)), null);
    }

    /** Puts the kind on a layer, gives every parameter a random value, folds once and writes the folder. */
    void trained(Linear on) {
        Targets targets = new Targets(List.of(on.site().leaf()), List.of(), null);
        AdapterPlan plan = new AdapterPlan().adapt("adapter", "unet.", targets, spec);
        plan.made(on);
        TrainedAdapters adapters = plan.build(arena, Compute.cpu(), 1);
        NDArray values = adapters.parameters().value();
        Kernels.get().call(arena, "copied_into", values, normal(values.size()));
        adapters.materialize(arena);
        assertThat(on.adapter()).isNotNull();
        try {
            AdapterOrigin origin = new AdapterOrigin("base", "Stable Diffusion 1", null, null, "none");
            NativeFolder.fill(path, arena, adapters, origin, List.of(on.site().leaf()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    void converted(AdapterFormat format, Path out) {
        try (AdapterFile file = AdapterFile.open(path)) {
            Conversion.write(format, file, out, arena, DType.F32, Map.of());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What the linear's weight becomes when an adapter is merged into it. */
    float[] merged(Path adapter) {
        Linear fresh = new Linear(linear.site(), linear.weight(), null);
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
            fixed.checkMergeable();
            fixed.made(fresh);
            fixed.merge(arena, Compute.cpu());
            return fresh.weight().toFloatArray();
        }
    }

    void mustDoTheSame(Path other) {
        float[] expected = merged(path);
        float[] actual = merged(other);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).isLessThan(2e-5f);
        }
    }

    String kindOf(Path adapter) {
        try (AdapterFile file = AdapterFile.open(adapter)) {
            return String.join(" + ", file.kinds());
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
