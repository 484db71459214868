package org.moslora.diffusion.mmdit;

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

/** The small transformers of the tests and what they are asked. */
final class TinyMmdit {
    private TinyMmdit() {}

    static Compute compute(Precision precision) {
        Engine.start(1);
        return new Compute(Device.cpu(), precision);
    }

    static MmditConfig config(String name) {
        Problems problems = new Problems();
        try (Golden golden = Golden.of(name)) {
            MmditConfig config = name.endsWith("flux")
                    ? MmditConfigReader.flux(golden.config(problems))
                    : MmditConfigReader.stableDiffusion3(golden.config(problems));
            problems.throwIfAny();
            return config;
        }
    }

    static Mmdit build(String name, Linears linears, Compute compute) {
        MmditConfig config = config(name);
        return new Mmdit(config, Formula.of(MmditNames.expected(config)), linears, compute);
    }

    static NDArray latents(Arena arena) {
        return Formula.array(arena, "latents", 2, 4, 6, 4);
    }

    static NDArray gradient(Arena arena) {
        return Formula.array(arena, "gradient", 2, 4, 6, 4);
    }

    static MmditInput input(Arena arena) {
        return new MmditInput(
                List.of(250.5, 40.0),
                Formula.array(arena, "text", 2, 3, 10),
                Formula.array(arena, "pooled", 2, 6),
                List.of(3.5, 3.5));
    }
}
