package org.moslora.training.recipe;

import ai.djl.Device;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Precision;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;
import org.moslora.training.AdamW;
import org.moslora.training.Muon;
import org.moslora.training.Optimizer;
import org.moslora.training.Schedule;

/** The recipe's {@code training:} block. */
public record TrainingBlock(
        @Default("2.0e-4") double learningRate,
        @Default("cosine") Schedule schedule,

        @Default("0") @Meaning("steps over which the learning rate rises")
        int warmupSteps,

        @Meaning("warm-up as a share of all steps, rounded up") @Nullable
        Double warmupRatio,

        @Meaning("optimiser steps; or give epochs") @Nullable
        Integer maxSteps,

        @Meaning("passes over the data; or give max_steps") @Nullable
        Double epochs,

        @Default("1") @Meaning("rows of a micro-batch") int batchSize,
        @Default("1") @Meaning("micro-batches of a step") int gradientAccumulation,

        @Meaning("muon takes the weights of layers that are trained whole as matrices; adamw takes all numbers alike")
        @Default("adamw")
        Method optimizer,

        @Meaning("muon's learning rate of those matrices; learning_rate is that of all else") @Default("5.0e-3")
        double matrixLearningRate,

        @Default("0.0") double weightDecay,
        @Default("[0.9, 0.999]") List<Double> betas,
        @Default("1.0e-8") double epsilon,

        @Default("1.0") @Meaning("gradients are scaled down to this norm; 0: never")
        double maxGradNorm,

        @Default("fp32") @Meaning("fp32 or bf16") Precision precision,

        @Default("false") @Meaning("compute blocks again in the backward pass where memory asks for it")
        boolean gradientCheckpointing,

        @Default("0.8") @Meaning("GiB that checkpointing may still keep of blocks' insides")
        double checkpointingKeepGib,

        @Meaning("GiB of frozen weights that stay on the device in the run's precision; the others are offloaded: read"
                + " from their files block by block, as they run; all stay if this is not given")
        @Nullable
        Double weightsKeepGib,

        @Default("none")
        @Meaning("how the linears of the language model's layers, or of the UNet, are held: none, int8, nf4")
        Quantisation quantize,

        @Default("0") long seed,

        @Default("100") @Meaning("steps between checkpoints")
        int checkpointEvery,

        @Default("3") @Meaning("how many checkpoints stay") int keepCheckpoints) {
    private static final long GIB = 1L << 30;

    /** How gradients become updates. */
    public enum Method {
        ADAMW,
        MUON
    }

    public TrainingBlock {
        Problems problems = new Problems();
        atLeast(problems, "learning_rate", learningRate, 0);
        atLeast(problems, "warmup_steps", warmupSteps, 0);
        atLeast(problems, "batch_size", batchSize, 1);
        atLeast(problems, "gradient_accumulation", gradientAccumulation, 1);
        atLeast(problems, "matrix_learning_rate", matrixLearningRate, 0);
        atLeast(problems, "weight_decay", weightDecay, 0);
        atLeast(problems, "max_grad_norm", maxGradNorm, 0);
        atLeast(problems, "checkpoint_every", checkpointEvery, 1);
        atLeast(problems, "keep_checkpoints", keepCheckpoints, 1);
        atLeast(problems, "checkpointing_keep_gib", checkpointingKeepGib, 0);
        if (weightsKeepGib != null) {
            atLeast(problems, "weights_keep_gib", weightsKeepGib, 0);
            if (quantize != Quantisation.NONE) {
                problems.add("weights_keep_gib", "cannot be given together with quantize, whose codes stay");
            }
        }
        if (!(epsilon > 0)) {
            problems.add("epsilon", "must be above 0, got %s", epsilon);
        }
        if (betas.size() != 2 || betas.stream().anyMatch(beta -> !(beta >= 0 && beta < 1))) {
            problems.add("betas", "must be two numbers from 0 to below 1, got %s", betas);
        }
        if (warmupRatio != null && !(warmupRatio >= 0 && warmupRatio <= 1)) {
            problems.add("warmup_ratio", "must be from 0 to 1, got %s", warmupRatio);
        }
        if (warmupRatio != null && warmupSteps > 0) {
            problems.add("warmup_ratio", "cannot be given together with warmup_steps");
        }
        if (maxSteps != null && epochs != null) {
            problems.add("epochs", "cannot be given together with max_steps");
        }
        if (maxSteps != null) {
            atLeast(problems, "max_steps", maxSteps, 1);
        }
        if (epochs != null && !(epochs > 0)) {
            problems.add("epochs", "must be above 0, got %s", epochs);
        }
        problems.throwIfAny();
        betas = List.copyOf(betas);
    }

    private static void atLeast(Problems problems, String key, double value, double least) {
        if (!(value >= least) || Double.isInfinite(value)) {
            problems.add(key, "must be at least %s, got %s", plain(least), plain(value));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** How many steps the run takes: max_steps, or epochs of so many steps, or one epoch. */
    public int steps(int stepsPerEpoch) {
        if (maxSteps != null) {
            return maxSteps;
        }
        return (int) Math.max(1, Math.ceil((epochs == null ? 1 : epochs) * stepsPerEpoch));
    }

    /** How many of so many steps warm up. */
    public int warmup(int steps) {
        return warmupRatio == null ? warmupSteps : (int) Math.ceil(warmupRatio * steps);
    }

    /**
     * The optimiser that the recipe asks for, before its first step.
     *
     * @param rates learning rate of each group, before the schedule
     * @param arena owns its buffers
     */
    public Optimizer optimizer(FlatParameters parameters, Map<String, Double> rates, Arena arena) {
        AdamW.Settings settings = new AdamW.Settings(betas.get(0), betas.get(1), epsilon, weightDecay, maxGradNorm);
        return optimizer == Method.MUON
                ? new Muon(parameters, matrixLearningRate, rates, settings, arena)
                : new AdamW(parameters, rates, settings, arena);
    }

    /** Of a micro-batch's dropout masks: a function of where in the run they fall, so that resuming needs no redraw. */
    public long dropoutSeed(int step, int micro) {
        return (seed * 1_000_003L + step) * 1_000_003L + micro;
    }

    /** Bytes of blocks' insides that a pass may keep for its backward pass. */
    public long kept() {
        return gradientCheckpointing ? (long) (checkpointingKeepGib * GIB) : Long.MAX_VALUE;
    }

    /**
     * Of the frozen weights of blocks alike, how much is on the device at a time: what stays, and what two blocks need.
     *
     * @param bytes of all of them in the run's precision
     */
    public long resident(long bytes, long blocks) {
        return Math.min(bytes, Math.min(bytes, keptWeights()) + 2 * bytes / Math.max(1, blocks));
    }

    /**
     * Of the frozen weights of blocks alike, how many bytes are elsewhere while others run. What the processor maps from
     * files in the run's own format is never brought or let go.
     *
     * @param names of the weights
     * @param device as recipes name it
     */
    public long offloaded(WeightSource weights, Collection<String> names, long blocks, String device) {
        boolean mapped = device.equals("cpu");
        long all = names.stream()
                .map(weights::info)
                .filter(weight -> !mapped || weight.dtype().bytes() != precision.bytes())
                .mapToLong(weight -> weight.elements() * precision.bytes())
                .sum();
        return all - resident(all, blocks);
    }

    private long keptWeights() {
        return weightsKeepGib == null ? Long.MAX_VALUE : (long) (weightsKeepGib * GIB);
    }

    /** Where and in which format the run computes. */
    public Compute compute(Device device) {
        return new Compute(device, precision, keptWeights()).training();
    }
}
