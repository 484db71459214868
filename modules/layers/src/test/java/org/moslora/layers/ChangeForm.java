package org.moslora.layers;

import java.util.List;
import java.util.Random;

/** The forms of a change that are no pair, with random factors for a layer of any size. */
enum ChangeForm {
    HADAMARD {
        @Override
        List<Values> places(Random random, int inputs, int outputs) {
            return List.of(drawn(random, 2, outputs, 2), drawn(random, 2, 2, inputs), NONE, NONE);
        }
    },
    KRONECKER {
        @Override
        List<Values> places(Random random, int inputs, int outputs) {
            return List.of(drawn(random, 4, 2), NONE, drawn(random, outputs / 4, inputs / 2), NONE);
        }
    },
    KRONECKER_OF_A_PRODUCT {
        @Override
        List<Values> places(Random random, int inputs, int outputs) {
            return List.of(drawn(random, 2, 4), drawn(random, outputs / 2, 3), drawn(random, 3, inputs / 4), NONE);
        }
    },
    DENSE {
        @Override
        List<Values> places(Random random, int inputs, int outputs) {
            return List.of(drawn(random, outputs, inputs), NONE, NONE, NONE);
        }
    },
    /** Four experts of which every row takes two. */
    ROUTED {
        @Override
        List<Values> places(Random random, int inputs, int outputs) {
            return routed(random, inputs, outputs, 4, 2);
        }
    },
    /** Every row takes all experts. */
    ROUTED_TO_ALL {
        @Override
        List<Values> places(Random random, int inputs, int outputs) {
            return routed(random, inputs, outputs, 3, 3);
        }
    };

    private static final Values NONE = Values.zeros(0);

    /** What the kernels read of one layer. */
    abstract List<Values> places(Random random, int inputs, int outputs);

    boolean isRouted() {
        return this == ROUTED || this == ROUTED_TO_ALL;
    }

    private static List<Values> routed(Random random, int inputs, int outputs, int experts, int top) {
        return List.of(
                drawn(random, experts, 2, inputs),
                drawn(random, experts, outputs, 2),
                drawn(random, experts, inputs),
                Values.zeros(top, 0));
    }

    private static Values drawn(Random random, long... shape) {
        return Values.random(random, 0, 0.4, shape);
    }
}
