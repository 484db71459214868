package org.moslora.diffusion.flow;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.diffusion.flux2.Flux2;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;
import org.moslora.diffusion.zimage.ZImage;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Transformers of a few thousand weights, and what they are asked. */
final class TinyFlow {
    static final List<Double> TIMES = List.of(250.5, 700.0);

    private TinyFlow() {}

    static FlowTransformer build(String name, Linears linears, Compute compute) {
        Problems problems = new Problems();
        ConfigSection config = ConfigSection.parse(name, Golden.json(name), problems);
        if (name.equals("z-image")) {
            ZImageConfig read = ZImageConfig.read(config);
            problems.throwIfAny();
            return new ZImage(read, Formula.of(ZImageNames.expected(read)), linears, compute);
        }
        Flux2Config read = Flux2Config.read(config);
        problems.throwIfAny();
        return new Flux2(read, Formula.of(Flux2Names.expected(read)), linears, compute);
    }

    static NDArray latents(Arena arena, String name) {
        return array(arena, "latents", name);
    }

    static NDArray gradient(Arena arena, String name) {
        return array(arena, "gradient", name);
    }

    private static NDArray array(Arena arena, String what, String name) {
        return name.equals("z-image") ? Formula.array(arena, what, 2, 4, 4, 6) : Formula.array(arena, what, 2, 8, 3, 4);
    }

    /** Captions of unequal length, one of which takes twice the rows; texts that were filled up. */
    static FlowText text(Arena arena, String name) {
        return name.equals("z-image")
                ? new FlowText(Formula.array(arena, "text", 36, 6), List.of(3, 33))
                : new FlowText(Formula.array(arena, "text", 10, 12), List.of(5, 5));
    }
}
