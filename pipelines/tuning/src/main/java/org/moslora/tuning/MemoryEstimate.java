package org.moslora.tuning;

import ai.djl.Device;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.moslora.layers.AvailableMemory;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.llama.BackboneFolder;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.TowerNumbers;
import org.moslora.problems.Messages;
import org.moslora.tensors.Packed;
import org.moslora.training.RunEstimate;

/**
 * What a training will roughly take, said before anything large is touched.
 *
 * @param weights bytes of the base, mapped from the files where that is possible
 * @param trained bytes of parameters, gradients and moments
 * @param activations bytes that a step holds
 */
record MemoryEstimate(long weights, long trained, long activations) {
    private static final String WEIGHT = ".weight";
    private static final int FLOAT = 4;
    /** Java and libtorch, before there is a model. */
    private static final long OWN = 300_000_000;
    /** Value, gradient, two moments, and the folded pair. */
    private static final int COPIES = 5;
    /** Micro-batches whose pixels there are at a time: the step's own, and those that are prepared meanwhile. */
    private static final long AHEAD = 3;

    /**
     * Estimates.
     *
     * @param longest tokens of the longest row
     * @param pictures of the row with most
     * @param largestPicture image tokens of the picture that takes most
     */
    static MemoryEstimate of(
            TuningRecipe recipe, BackboneFolder folder, int longest, int pictures, int largestPicture) {
        LanguageModelConfig text = folder.text();
        int bytes = recipe.training().precision().bytes();
        List<String> linears =
                folder.decoderLinears().stream().map(linear -> linear + WEIGHT).toList();
        long weights = weights(folder, recipe.training().quantize(), bytes)
                - recipe.training().offloaded(folder.weights(), linears, text.layers(), recipe.device());
        long adapters = recipe.trained().plan().entries(folder.sites().values());
        long trained = (adapters + entries(folder, recipe.trained().wholes())) * COPIES * FLOAT;
        long rows = (long) longest * recipe.training().batchSize();
        long streams = text.parts().branchNorms() ? 4 : 2;
        long inside = rows * (streams * text.hidden() + 2 * projected(text) + 2L * text.inner()) * bytes;
        long kept = Math.min(recipe.training().kept(), inside * text.layers());
        long activations = OWN + kept + rows * text.hidden() * bytes * text.layers() + 4 * inside;
        return new MemoryEstimate(weights, trained, activations + tower(recipe, folder, pictures, largestPicture));
    }

    /** A frozen tower sees one picture after the other, one that learns all of a micro-batch, and keeps its states. */
    private static long tower(TuningRecipe recipe, BackboneFolder folder, int pictures, int largest) {
        if (pictures == 0 || !(folder instanceof MultimodalFolder<?> seeing)) {
            return 0;
        }
        TowerNumbers numbers = seeing.config().towerNumbers(largest);
        int bytes = recipe.training().precision().bytes();
        String path = seeing.config().towerPath();
        long layers = folder.linears().stream()
                .filter(linear -> linear.startsWith(path) && linear.matches(".*\\.(q_proj|qkv)"))
                .count();
        boolean learns = recipe.trained().rates().containsKey(TuningRecipe.TOWER);
        long at = learns ? (long) pictures * recipe.training().batchSize() : 1;
        long kept = learns ? Math.min(recipe.training().kept(), at * numbers.inside() * bytes * layers) : 0;
        long pixels = AHEAD * pictures * recipe.training().batchSize() * numbers.pixels() * FLOAT;
        return at * bytes * (2 * numbers.inside() + (learns ? layers * numbers.state() : 0)) + kept + pixels;
    }

    /** Width of queries and keys, as of values and what attention gives. */
    private static long projected(LanguageModelConfig text) {
        return (long) (text.heads() + text.keyValueHeads()) * text.headWidth();
    }

    private static long weights(BackboneFolder folder, Quantisation form, int bytes) {
        Set<String> held = form == Quantisation.NONE ? Set.of() : Set.copyOf(folder.decoderLinears());
        long sum = 0;
        for (String name : folder.weights().names()) {
            Packed packed = folder.weights().packed(name).orElse(null);
            long entries = folder.weights().info(name).elements();
            boolean quantised =
                    name.endsWith(WEIGHT) && held.contains(name.substring(0, name.length() - WEIGHT.length()));
            sum += packed != null ? packed.bytes() : quantised ? (long) (entries * form.bytesEach()) : entries * bytes;
        }
        return sum;
    }

    /** Entries of all tensors whose names begin with one of these. */
    private static long entries(BackboneFolder folder, List<String> prefixes) {
        return folder.weights().elements(name -> prefixes.stream().anyMatch(name::startsWith));
    }

    /** The same for who asks before a training. */
    RunEstimate over(int steps) {
        return new RunEstimate(weights, trained, activations, steps);
    }

    void tell(Device device, Messages messages) {
        long available = AvailableMemory.on(device);
        long needed = weights + trained + activations;
        messages.tell(String.format(
                Locale.ROOT,
                "memory%s: about %s (weights %s, trained %s, activations %s); %s available%s",
                device.isGpu() ? " of cuda:" + device.getDeviceId() : "",
                gib(needed),
                gib(weights),
                gib(trained),
                gib(activations),
                gib(available),
                needed > available
                        ? "; this may not fit: try precision bf16, gradient_checkpointing, weights_keep_gib, a smaller"
                                + " batch_size or rank"
                        : ""));
    }

    private static String gib(long bytes) {
        return bytes == Long.MAX_VALUE
                ? "an unknown size"
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
