package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * One file as people hand them round: both text encoders, linears written as convolutions of one place, a kernel with a
 * core, a magnitude, a rank and an alpha of its own for each layer. Each weight after merging, worked out in plain Java.
 */
class MixedFileTest {
    private static final String FIRST = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj";
    private static final String SECOND = "text_encoder_2.text_model.encoder.layers.1.mlp.fc1";
    private static final String LINEAR = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    private static final String POINT = "unet.mid_block.attentions.0.proj_in";
    private static final String KERNEL = "unet.mid_block.resnets.0.conv1";
    private static final String SCALED = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_v";
    private static final int OUT = 4;
    private static final int IN = 6;
    private static final int PLACES = 9;

    @TempDir
    Path folder;

    private final SingleFileAdapter adapter = new SingleFileAdapter(21);
    private final Map<String, Matrix> weights = new TreeMap<>();
    private Path base;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    /** kohya's key of a layer. */
    private static String key(String path) {
        String bare = path.replace('.', '_');
        return path.startsWith("text_encoder_2.")
                ? "lora_te2_" + bare.substring(15) + "."
                : path.startsWith("text_encoder.") ? "lora_te1_" + bare.substring(13) + "." : "lora_" + bare + ".";
    }

    @BeforeEach
    void makeBoth() {
        pair(FIRST, 2, 1);
        pair(SECOND, 3, 6);
        pair(LINEAR, 1, 0.5f);
        pair(SCALED, 2, 2);
        adapter.put(key(SCALED) + "dora_scale", OUT, 1);
        for (int i = 0; i < OUT; i++) {
            adapter.value(key(SCALED) + "dora_scale").data()[i] = 1 + i;
        }
        adapter.put(key(POINT) + "lora_down.weight", 2, IN, 1, 1)
                .put(key(POINT) + "lora_up.weight", OUT, 2, 1, 1)
                .number(key(POINT) + "alpha", 3);
        adapter.put(key(KERNEL) + "lora_down.weight", 2, IN, 1, 1)
                .put(key(KERNEL) + "lora_mid.weight", 2, 2, 3, 3)
                .put(key(KERNEL) + "lora_up.weight", OUT, 2, 1, 1)
                .number(key(KERNEL) + "alpha", 5);
        List<TensorData> tensors = new ArrayList<>();
        Random random = new Random(8);
        for (String path : List.of(FIRST, SECOND, LINEAR, POINT, KERNEL, SCALED)) {
            boolean kernel = path.equals(KERNEL);
            Matrix weight = Matrix.random(random, OUT, kernel ? IN * PLACES : IN);
            weights.put(path, weight);
            List<Long> shape = kernel
                    ? List.of((long) OUT, (long) IN, 3L, 3L)
                    : path.equals(POINT) ? List.of((long) OUT, (long) IN, 1L, 1L) : List.of((long) OUT, (long) IN);
            tensors.add(TensorData.of(path + ".weight", shape, weight.floats()));
        }
        base = folder.resolve("base.safetensors");
        SafetensorsWriter.write(base, tensors, Map.of());
    }

    private void pair(String path, int rank, float alpha) {
        adapter.put(key(path) + "lora_down.weight", rank, IN)
                .put(key(path) + "lora_up.weight", OUT, rank)
                .number(key(path) + "alpha", alpha);
    }

    private Matrix product(String path, double scale) {
        Matrix up = adapter.value(key(path) + "lora_up.weight");
        return up.times(adapter.value(key(path) + "lora_down.weight")).scaled(scale);
    }

    /** Σ up[o, i]·mid[i, j, p]·down[j, c] at each place p. */
    private Matrix kernelChange() {
        Matrix up = adapter.value(key(KERNEL) + "lora_up.weight");
        Matrix mid = adapter.value(key(KERNEL) + "lora_mid.weight");
        Matrix down = adapter.value(key(KERNEL) + "lora_down.weight");
        double[] change = new double[OUT * IN * PLACES];
        for (int at = 0; at < change.length; at++) {
            int out = at / (IN * PLACES);
            int channel = at / PLACES % IN;
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    change[at] += up.data()[out * 2 + i]
                            * mid.data()[(i * 2 + j) * PLACES + at % PLACES]
                            * down.data()[j * IN + channel];
                }
            }
        }
        return new Matrix(OUT, IN * PLACES, change).scaled(5.0 / 2);
    }

    private Matrix rescaled() {
        Matrix moved = weights.get(SCALED).plus(product(SCALED, 1));
        double[] values = moved.data().clone();
        for (int row = 0; row < OUT; row++) {
            double norm = 0;
            for (int i = 0; i < IN; i++) {
                norm += moved.data()[row * IN + i] * moved.data()[row * IN + i];
            }
            for (int i = 0; i < IN; i++) {
                values[row * IN + i] *= (1 + row) / Math.sqrt(norm);
            }
        }
        return new Matrix(OUT, IN, values);
    }

    private Map<String, Matrix> expected() {
        Map<String, Matrix> expected = new TreeMap<>();
        expected.put(FIRST, weights.get(FIRST).plus(product(FIRST, 0.5)));
        expected.put(SECOND, weights.get(SECOND).plus(product(SECOND, 2)));
        expected.put(LINEAR, weights.get(LINEAR).plus(product(LINEAR, 0.5)));
        expected.put(POINT, weights.get(POINT).plus(product(POINT, 1.5)));
        expected.put(KERNEL, weights.get(KERNEL).plus(kernelChange()));
        expected.put(SCALED, rescaled());
        return expected;
    }

    private void mustMergeTo(Path file, Map<String, Matrix> expected) {
        Path out = folder.resolve("out.safetensors");
        try (WeightSource source = SafetensorsFile.open(base);
                LoadedAdapters loaded = LoadedAdapters.open(List.of(new ScaledAdapter(file, 1)));
                Arena arena = Arena.open(Compute.cpu())) {
            MergedWeights merged = new MergedWeights(source, loaded, UnaryOperator.identity(), arena, DType.F32);
            SafetensorsWriter.write(
                    out, source.names().stream().map(merged::tensor).toList(), Map.of());
            assertThat(merged.touched()).isEqualTo(expected.size());
        }
        try (WeightSource made = SafetensorsFile.open(out)) {
            expected.forEach(
                    (path, matrix) -> Matrix.of(OUT, matrix.columns(), HalfFloats.floats(made, path + ".weight"))
                            .mustBe(matrix));
        }
    }

    @Test
    void everyLayerIsMergedByItsOwnFormula() {
        mustMergeTo(adapter.write(folder.resolve("mixed.safetensors")), expected());
    }

    /** The order in which a file lists its tensors is nobody's business. */
    @Test
    void theOrderOfTensorsChangesNothing() {
        List<String> keys = new ArrayList<>(adapter.values.keySet());
        Collections.shuffle(keys, new Random(2));
        Map<String, Matrix> shuffled = new LinkedHashMap<>();
        keys.forEach(key -> shuffled.put(key, adapter.value(key)));
        adapter.values.clear();
        adapter.values.putAll(shuffled);

        mustMergeTo(adapter.write(folder.resolve("shuffled.safetensors")), expected());
    }

    /** In what it can hold all of this, and back, the layers stay what they are. */
    @ParameterizedTest
    @EnumSource(
            value = AdapterFormat.class,
            names = {"LYCORIS", "DIFFUSERS"})
    void whatHoldsAllOfItMakesTheSame(AdapterFormat format) throws Exception {
        Path given = adapter.write(folder.resolve("mixed.safetensors"));
        Path there = folder.resolve(format.isFile() ? "there.safetensors" : "there");
        try (AdapterFile file = AdapterFile.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            Conversion.write(format, file, there, arena, DType.F32, Map.of());
        }

        mustMergeTo(there, expected());
    }
}
