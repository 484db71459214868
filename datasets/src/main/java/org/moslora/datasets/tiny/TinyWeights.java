package org.moslora.datasets.tiny;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/**
 * Random weights under the names of the hub's layout. They are scaled so that what goes through a layer keeps its
 * size: a random model of this kind passes on what it sees, which is all that adapters need to learn from it.
 */
final class TinyWeights {
    /** How much larger a head is than other linears, so that a right answer can be a sure one. */
    private static final double HEAD = 3;

    private static final double BRANCH = 0.5;
    private static final double SPREAD = 0.5;

    private final Random random;
    private final List<TensorData> tensors = new ArrayList<>();

    private TinyWeights(long seed) {
        this.random = new Random(seed);
    }

    /** Writes {@code model.safetensors}. */
    static void write(Path folder, TinyOptions options, int rows) {
        TinyWeights weights = new TinyWeights(options.seed());
        weights.vision(options);
        weights.linear("multi_modal_projector.linear_1", options.hidden(), options.visionHidden(), true);
        weights.linear("multi_modal_projector.linear_2", options.hidden(), options.hidden(), true);
        weights.text("language_model.", options, rows);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), weights.tensors, Map.of("format", "pt"));
    }

    /** Writes tensors of these names and shapes. */
    static void write(Path folder, Map<String, List<Long>> shapes, long seed) {
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"), of(shapes, new Random(seed)), Map.of("format", "pt"));
    }

    /** Norms of one, biases of none, and matrices that keep the size of what goes through them. */
    static List<TensorData> of(Map<String, List<Long>> shapes, Random random) {
        List<TensorData> tensors = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            long count = shape.stream().reduce(1L, (a, b) -> a * b);
            boolean norm = shape.size() == 1 && name.endsWith(".weight");
            boolean counted = name.contains(".running_"); // what was measured of others' latents
            double scale = counted ? SPREAD : shape.size() == 1 ? 0 : 1 / Math.sqrt((double) count / shape.get(0));
            float[] values = new float[(int) count];
            for (int i = 0; i < values.length; i++) {
                values[i] = norm ? 1 : (float) (scale * random.nextGaussian());
                values[i] = name.endsWith(".running_var") ? 1 + Math.abs(values[i]) : values[i];
            }
            tensors.add(TensorData.of(name, shape, values));
        });
        return tensors;
    }

    /** Writes those of the language model alone. */
    static void writeText(Path folder, TinyOptions options, int rows) {
        TinyWeights weights = new TinyWeights(options.seed());
        weights.text("", options, rows);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), weights.tensors, Map.of("format", "pt"));
    }

    private void vision(TinyOptions options) {
        String tower = "vision_tower.vision_model.";
        int width = options.visionHidden();
        int patch = options.patchSide();
        normal(tower + "embeddings.class_embedding", 1, width);
        double scale = 1 / Math.sqrt(3.0 * patch * patch);
        normal(tower + "embeddings.patch_embedding.weight", 2 * scale, width, 3, patch, patch);
        normal(tower + "embeddings.position_embedding.weight", 0.5, options.patches() + 1, width);
        norm(tower + "pre_layrnorm", width, true);
        norm(tower + "post_layernorm", width, true);
        for (int i = 0; i < options.visionLayers(); i++) {
            String block = tower + "encoder.layers." + i + ".";
            norm(block + "layer_norm1", width, true);
            norm(block + "layer_norm2", width, true);
            for (String leaf : List.of("q_proj", "k_proj", "v_proj")) {
                linear(block + "self_attn." + leaf, width, width, true);
            }
            branch(block + "self_attn.out_proj", width, width, true);
            linear(block + "mlp.fc1", 2 * width, width, true);
            branch(block + "mlp.fc2", width, 2 * width, true);
        }
    }

    private void text(String prefix, TinyOptions options, int rows) {
        String model = prefix + "model.";
        int hidden = options.hidden();
        int keys = hidden / options.heads() * options.keyValueHeads();
        normal(model + "embed_tokens.weight", options.tied() ? HEAD / Math.sqrt(hidden) : 1, rows, hidden);
        norm(model + "norm", hidden, false);
        if (!options.tied()) {
            normal(prefix + "lm_head.weight", HEAD / Math.sqrt(hidden), rows, hidden);
        }
        for (int i = 0; i < options.layers(); i++) {
            String block = model + "layers." + i + ".";
            norm(block + "input_layernorm", hidden, false);
            norm(block + "post_attention_layernorm", hidden, false);
            linear(block + "self_attn.q_proj", hidden, hidden, false);
            linear(block + "self_attn.k_proj", keys, hidden, false);
            linear(block + "self_attn.v_proj", keys, hidden, false);
            branch(block + "self_attn.o_proj", hidden, hidden, false);
            linear(block + "mlp.gate_proj", 2 * hidden, hidden, false);
            linear(block + "mlp.up_proj", 2 * hidden, hidden, false);
            branch(block + "mlp.down_proj", hidden, 2 * hidden, false);
        }
    }

    private void linear(String path, int outputs, int inputs, boolean biased) {
        linear(path, 1, outputs, inputs, biased);
    }

    /** What is added to the stream past a block: small, so that the stream itself comes through. */
    private void branch(String path, int outputs, int inputs, boolean biased) {
        linear(path, BRANCH, outputs, inputs, biased);
    }

    private void linear(String path, double gain, int outputs, int inputs, boolean biased) {
        normal(path + ".weight", gain / Math.sqrt(inputs), outputs, inputs);
        if (biased) {
            constant(path + ".bias", 0, outputs);
        }
    }

    private void norm(String path, int width, boolean biased) {
        constant(path + ".weight", 1, width);
        if (biased) {
            constant(path + ".bias", 0, width);
        }
    }

    private void normal(String name, double deviation, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        add(name, values, shape);
    }

    private void constant(String name, float value, int width) {
        float[] values = new float[width];
        Arrays.fill(values, value);
        add(name, values, width);
    }

    private void add(String name, float[] values, int... shape) {
        tensors.add(
                TensorData.of(name, Arrays.stream(shape).mapToObj(Long::valueOf).toList(), values));
    }
}
