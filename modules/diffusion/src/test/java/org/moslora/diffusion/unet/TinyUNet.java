package org.moslora.diffusion.unet;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.problems.Problems;

/** The small UNets of the tests and what they are asked. */
final class TinyUNet {
    static final long HEIGHT = 5;
    static final long WIDTH = 7;
    private static final List<Integer> SIZES = List.of(64, 48, 0, 3, 40, 56, 40, 56, 1, 0, 40, 56);

    private TinyUNet() {}

    static Compute compute(Precision precision) {
        Engine.start(1);
        return new Compute(Device.cpu(), precision);
    }

    static UNetConfig config(String name) {
        Problems problems = new Problems();
        try (Golden golden = Golden.of(name)) {
            UNetConfig config = UNetConfig.read(golden.config(problems));
            problems.throwIfAny();
            return config;
        }
    }

    static UNet build(String name, Linears linears, Compute compute) {
        UNetConfig config = config(name);
        return new UNet(config, Formula.of(UNetNames.expected(config)), linears, compute);
    }

    static NDArray latents(Arena arena) {
        return Formula.array(arena, "latents", 2, 4, HEIGHT, WIDTH);
    }

    static NDArray gradient(Arena arena) {
        return Formula.array(arena, "gradient", 2, 4, HEIGHT, WIDTH);
    }

    static Conditioning conditioning(Arena arena, UNetConfig config) {
        UNetConfig.Added added = config.added();
        return new Conditioning(
                List.of(7.0, 412.0),
                Formula.array(arena, "text", 2, 3, config.textWidth()),
                added == null
                        ? null
                        : new Conditioning.Added(Formula.array(arena, "pooled", 2, added.pooledWidth()), SIZES));
    }
}
