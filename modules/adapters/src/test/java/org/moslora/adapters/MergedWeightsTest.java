package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.LlavaKeys;

class MergedWeightsTest {
    private static final String FILE_KEY = "language_model.model.layers.0.self_attn.q_proj.weight";
    private static final String PROJECTOR = "multi_modal_projector.linear_1.weight";

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private Path base(DType type) {
        Path file = folder.resolve("base.safetensors");
        Random random = new Random(1);
        SafetensorsWriter.write(
                file,
                List.of(
                        TensorData.of(
                                FILE_KEY,
                                List.of(6L, 6L),
                                Matrix.random(random, 6, 6).floats(),
                                type),
                        TensorData.of("other", List.of(2L), new float[] {1.25f, -1 / 3f}, type),
                        TensorData.of(
                                PROJECTOR,
                                List.of(6L, 8L),
                                Matrix.random(random, 6, 8).floats(),
                                type),
                        TensorData.of(new TensorInfo("ids", DType.U8, List.of(2L)), List.of(ByteBuffer.allocate(2)))),
                Map.of());
        return file;
    }

    /** Merges adapters into a base; every tensor by name. */
    private WeightSource merged(Path base, DType type, ScaledAdapter... adapters) {
        Path out = folder.resolve("out.safetensors");
        try (WeightSource source = SafetensorsFile.open(base);
                LoadedAdapters fixed = LoadedAdapters.open(List.of(adapters));
                Arena arena = Arena.open(Compute.cpu())) {
            MergedWeights weights = new MergedWeights(source, fixed, LlavaKeys.llava()::canonical, arena, type);
            SafetensorsWriter.write(
                    out, source.names().stream().map(weights::tensor).toList(), Map.of());
        }
        return SafetensorsFile.open(out);
    }

    @Test
    void updatesAreSummedInFloat32AndRoundedOnce() {
        Path base = base(DType.BF16);
        Path one = TinyFolder.lora().write(folder.resolve("one"));
        Path other = TinyFolder.moslora().write(folder.resolve("other"));
        Matrix expected;
        try (WeightSource source = SafetensorsFile.open(base)) {
            expected = Matrix.of(6, 6, HalfFloats.floats(source, FILE_KEY))
                    .plus(update(one).scaled(0.7))
                    .plus(update(other).scaled(-2));
        }
        try (WeightSource out = merged(base, DType.F32, new ScaledAdapter(one, 0.7), new ScaledAdapter(other, -2))) {
            Matrix.of(6, 6, HalfFloats.floats(out, FILE_KEY)).mustBe(expected);
        }
        try (WeightSource out = merged(base, null, new ScaledAdapter(one, 0.7), new ScaledAdapter(other, -2))) {
            assertThat(out.info(FILE_KEY).dtype()).isEqualTo(DType.BF16);
            float[] values = HalfFloats.floats(out, FILE_KEY);
            for (int i = 0; i < values.length; i++) {
                // One step of bfloat16 is 1/128 of a number at most.
                assertThat(Math.abs(values[i] - expected.data()[i]))
                        .isLessThanOrEqualTo(Math.abs(expected.data()[i]) / 255 + 1e-6);
            }
        }
    }

    private static Matrix update(Path adapter) {
        try (WeightSource file = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
            String prefix = TinyFolder.BASE + TinyModel.QUERY;
            Matrix down = Matrix.of(2, 6, HalfFloats.floats(file, prefix + ".lora_A.weight"));
            Matrix up = Matrix.of(6, 2, HalfFloats.floats(file, prefix + ".lora_B.weight"));
            String mixer = prefix + ".lora_mixer.weight";
            Matrix inner = file.names().contains(mixer)
                    ? Matrix.of(2, 2, HalfFloats.floats(file, mixer)).times(down)
                    : down;
            return up.times(inner).scaled(1.5);
        }
    }

    @Test
    void whatNoAdapterTouchesStaysByteForByte() {
        Path base = base(DType.F16);
        Path adapter = TinyFolder.lora().write(folder.resolve("a"));
        try (WeightSource before = SafetensorsFile.open(base);
                WeightSource after = merged(base, null, new ScaledAdapter(adapter, 1))) {
            for (String name : List.of("other", "ids", PROJECTOR)) {
                assertThat(after.bytes(name)).isEqualTo(before.bytes(name));
                assertThat(after.info(name)).isEqualTo(before.info(name));
            }
            assertThat(after.bytes(FILE_KEY)).isNotEqualTo(before.bytes(FILE_KEY));
        }
    }

    @Test
    void anotherFormatIsForFloatingTensorsOnly() {
        Path adapter = TinyFolder.lora().write(folder.resolve("a"));
        try (WeightSource after = merged(base(DType.F32), DType.F16, new ScaledAdapter(adapter, 1))) {
            assertThat(after.info("other").dtype()).isEqualTo(DType.F16);
            assertThat(after.info("ids").dtype()).isEqualTo(DType.U8);
            assertThat(HalfFloats.floats(after, "other"))
                    .containsExactly(1.25f, HalfFloats.fromFloat16(HalfFloats.toFloat16(-1 / 3f)));
        }
    }

    @Test
    void aTrainedProjectorReplacesTheBases() {
        Path adapter = TinyFolder.lora().beside("linear_1.weight", 6, 8).write(folder.resolve("a"));
        try (WeightSource after = merged(base(DType.F32), null, new ScaledAdapter(adapter, 1));
                WeightSource given = SafetensorsFile.open(adapter.resolve("projector.safetensors"))) {
            assertThat(after.bytes(PROJECTOR)).isEqualTo(given.bytes("linear_1.weight"));
        }
    }

    /** What has 8 bits is written in BF16, in which each of its numbers is itself; what is added is rounded once to that. */
    @Test
    void eightBitsBecomeSixteen() {
        byte[] codes = new byte[36];
        float[] values = new float[codes.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (0x2c + i);
            values[i] = HalfFloats.fromFloat16((short) (codes[i] << 8));
        }
        Path narrow = folder.resolve("narrow.safetensors");
        Path wide = folder.resolve("wide.safetensors");
        List<Long> shape = List.of(6L, 6L);
        SafetensorsWriter.write(
                narrow,
                List.of(eightBits(FILE_KEY, shape, codes), eightBits("other", List.of(2L), new byte[] {0x3c, (byte) 0xc2
                })),
                Map.of());
        SafetensorsWriter.write(
                wide,
                List.of(
                        TensorData.of(FILE_KEY, shape, values, DType.BF16),
                        TensorData.of("other", List.of(2L), new float[] {1, -3}, DType.BF16)),
                Map.of());
        ScaledAdapter adapter = new ScaledAdapter(TinyFolder.lora().write(folder.resolve("adapter")), 1);
        float[] expected;
        try (WeightSource out = merged(wide, null, adapter)) {
            expected = HalfFloats.floats(out, FILE_KEY);
            assertThat(expected).isNotEqualTo(values);
        }
        try (WeightSource out = merged(narrow, null, adapter)) {
            assertThat(out.info(FILE_KEY).dtype()).isEqualTo(DType.BF16);
            assertThat(out.info("other").dtype()).isEqualTo(DType.BF16);
            assertThat(HalfFloats.floats(out, FILE_KEY)).isEqualTo(expected);
            assertThat(HalfFloats.floats(out, "other")).containsExactly(1, -3);
        }
    }

    private static TensorData eightBits(String name, List<Long> shape, byte[] codes) {
        return TensorData.of(new TensorInfo(name, DType.F8_E5M2, shape), List.of(ByteBuffer.wrap(codes)));
    }
}
