package org.moslora.diffusion.ldm;

import java.util.List;
import java.util.function.IntFunction;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.WeightSource;

/** Shapes of the tensors below one prefix of a checkpoint, from which its config is inferred. */
record Shapes(WeightSource source, String prefix) {
    boolean has(String name) {
        return source.names().contains(prefix + name);
    }

    List<Long> shape(String name) {
        if (!has(name)) {
            throw new InvalidInput(
                    source.origin().toString(),
                    "tensor " + prefix + name + " is missing; is this a complete Stable Diffusion checkpoint?");
        }
        return source.info(prefix + name).shape();
    }

    int size(String name, int axis) {
        List<Long> shape = shape(name);
        if (axis >= shape.size()) {
            throw new InvalidInput(
                    source.origin().toString(), "tensor " + prefix + name + " has shape " + shape + ", too few axes");
        }
        return Math.toIntExact(shape.get(axis));
    }

    /** How many of the names that numbers from 0 on give are there. */
    int count(IntFunction<String> name) {
        int count = 0;
        while (has(name.apply(count))) {
            count++;
        }
        return count;
    }

    /** Attention heads of a width of 64 each, which is what all these models have. */
    int heads(int width) {
        if (width % 64 != 0) {
            throw new InvalidInput(
                    source.origin().toString(),
                    "has attention of width " + width + " under " + prefix
                            + ", which is no multiple of 64; a single file does not say how many heads that is: use the"
                            + " diffusers folder");
        }
        return width / 64;
    }
}
