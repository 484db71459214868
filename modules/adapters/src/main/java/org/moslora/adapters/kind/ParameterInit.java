package org.moslora.adapters.kind;

import org.moslora.layers.Kernels;

/** How the tensors of adapters start. */
final class ParameterInit {
    private ParameterInit() {}

    static Parameter.Start zero(long... shape) {
        return (arena, seed, linear) -> arena.zeros(shape);
    }

    /** Uniform over ±bound. */
    static Parameter.Start uniform(double bound, long... shape) {
        return (arena, seed, linear) -> Kernels.get().one(arena, "uniform", shape, bound, seed);
    }

    static Parameter.Start normal(double deviation, long... shape) {
        return (arena, seed, linear) -> Kernels.get().one(arena, "normal", shape, deviation, seed);
    }

    static Parameter.Start orthogonal(int size) {
        return (arena, seed, linear) -> Kernels.get().one(arena, "orthogonal", size, seed);
    }

    static Parameter.Start identity(int size) {
        return (arena, seed, linear) -> arena.identity(size);
    }
}
