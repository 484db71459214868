package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.LowRank;

/**
 * How the factors of a layer make a change ΔW of its weight, up to a scale. Of a convolution, ΔW is seen as a matrix
 * [out, in·kh·kw], which every form gives without knowing the kernel.
 */
public sealed interface Factorization
        permits LowRankFactorization, HadamardFactorization, KroneckerFactorization, RoutedFactorization {
    /** What the factors make together. */
    FactorKind kind();

    /** Rank of its factors, by which alpha is divided. */
    int rank();

    /** Rows of ΔW. */
    long outputs();

    /** Columns of ΔW: of a convolution its channels times the places of its kernel. */
    long inputs();

    /** Height and width of the kernel, where the factors show it; empty for a matrix or where they do not. */
    List<Long> kernel();

    /** Whether a layer with so many places in its kernel can be what this was made for. */
    boolean suits(long places);

    /** Whether a core of its own stands on the kernel's places in files of PEFT and LyCORIS. */
    default boolean isCored() {
        return false;
    }

    /** The factors by role, in order. */
    Map<TensorRole, Factor> factors();

    /** The factor that meets x, for messages. */
    Factor inner();

    /** The factor that gives y, for messages. */
    Factor outer();

    /** What makes the inputs, for messages. */
    default String describedInputs() {
        return inner().described();
    }

    /** What makes the outputs, for messages. */
    default String describedOutputs() {
        return outer().described();
    }

    /** Whether there is no ΔW, because what the layer does depends on its input: it can be used, but never merged. */
    default boolean dependsOnInput() {
        return false;
    }

    /** Whether it changes an embedding table, of which ΔW is the transpose: an id is an input with a single 1. */
    default boolean isEmbedding() {
        return false;
    }

    /**
     * scale·ΔW, [outputs, inputs] in fp32.
     *
     * @throws IllegalStateException if it {@link #dependsOnInput}
     */
    NDArray change(Arena arena, Factors factors, double scale);

    /** The smallest rank that a pair which is exactly ΔW has whatever its factors hold; empty if there is no ΔW. */
    OptionalInt exactRank();

    /** That rank; empty where the pair would hold more than half as many numbers as ΔW itself. */
    default OptionalInt pairRank() {
        OptionalInt rank = exactRank();
        return rank.isPresent() && 2L * rank.getAsInt() <= Math.min(outputs(), inputs()) ? rank : OptionalInt.empty();
    }

    /**
     * The pair that is exactly scale·ΔW, the scale in down.
     *
     * @throws IllegalStateException where {@link #exactRank} is empty
     */
    LowRank pair(Arena arena, Factors factors, double scale);

    /** A matrix as the pair of itself and an identity of its smaller side. */
    static LowRank whole(Arena arena, NDArray matrix) {
        NDArray[] pair = Kernels.get().call(arena, "whole_pair", matrix);
        return new LowRank(pair[0], pair[1]);
    }
}
