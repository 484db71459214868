package org.moslora.console.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** The keys of visual instruction tuning, as a pipeline would declare them. */
record Tuning(
        String pipeline,

        @Meaning("a Hugging Face folder") @MustExist(MustExist.Thing.FOLDER)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") String device,
        Adapter adapter,
        @Nullable Tower vision,
        @Default("{}") Projector projector,
        @Default("{}") Training training,
        Data data,
        @Default("{}") Validation validation) {

    enum Kind {
        LORA,
        MOSLORA,
        BUTTERFLY,
        MOE_LORA
    }

    enum MixerInit {
        KAIMING,
        ORTHOGONAL,
        IDENTITY
    }

    enum Template {
        VICUNA_V1,
        LLAMA3,
        CHATML,
        PLAIN;

        @Override
        public String toString() {
            return this == VICUNA_V1 ? "vicuna_v1" : name();
        }
    }

    enum Schedule {
        CONSTANT,
        CONSTANT_WITH_WARMUP,
        LINEAR,
        COSINE
    }

    /** A type with a spelling of its own. */
    record Blocks(int first, int last) {
        static Blocks parse(String text) {
            if (!text.matches("\\d{1,4}-\\d{1,4}")) {
                throw new IllegalArgumentException("must be a range like 0-15, got \"" + text + '"');
            }
            String[] ends = text.split("-");
            return new Blocks(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        }

        static String write(Blocks blocks) {
            return blocks.first + "-" + blocks.last;
        }
    }

    record Adapter(
            @Default("moslora") Kind kind,
            @Default("16") int rank,
            @Nullable Double alpha,
            @Default("0.0") double dropout,
            @Default("orthogonal") MixerInit mixerInit,
            @Default("[]") List<String> targets,
            @Default("[]") List<String> exclude,
            @Nullable Blocks layers,
            @MustExist @Nullable Path initFrom,
            @Default("{}") Map<String, Integer> rankPattern,
            @Default("1.0") double loraPlusRatio) {
        Adapter {
            Problems problems = new Problems();
            if (rank < 1) {
                problems.add("rank", "must be at least 1, got %d", rank);
            }
            if (dropout < 0 || dropout >= 1) {
                problems.add("dropout", "must be in [0, 1), got %s", dropout);
            }
            problems.throwIfAny();
            // A derived setting: nobody gave it.
            alpha = alpha == null ? Double.valueOf(2.0 * rank) : alpha;
        }
    }

    record Tower(Adapter adapter, @Nullable Double learningRate) {}

    record Projector(
            @Default("true") boolean train,
            @Default("2.0e-5") double learningRate,
            @Nullable Adapter adapter) {}

    record Training(
            @Default("2.0e-4") double learningRate,
            @Default("cosine") Schedule schedule,
            @Default("0") int warmupSteps,
            @Nullable Long maxSteps,
            @Nullable Double epochs,
            @Default("1") int batchSize,
            @Default("[0.9, 0.999]") List<Double> betas,
            @Default("1.0e-8") double epsilon,
            @Default("fp32") String precision,
            @Default("false") Boolean gradientCheckpointing,
            @Default("0") long seed) {
        Training {
            if (batchSize < 1) {
                throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
            }
            if (maxSteps != null && epochs != null) {
                throw new InvalidInput("max_steps", "and epochs exclude each other");
            }
        }
    }

    record Data(
            @MustExist(MustExist.Thing.FILE) @Meaning("the conversations")
            List<Path> conversations,

            @MustExist(MustExist.Thing.FOLDER) @Nullable Path images,
            @Default("vicuna_v1") Template template,
            @Default("2048") int maxLength) {}

    record Validation(
            @Default("0.0") double fraction,
            @Default("100") int every,
            @Default("[]") List<String> prompts) {}
}
