package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** The verbs on adapters' files as people have them. */
class ForeignFilesTest {
    private static final float STAND_IN = 4096;

    @TempDir
    Path folder;

    private static TensorData tensor(String key, float value, long... shape) {
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = value * (i % 7 - 3);
        }
        return TensorData.of(key, Arrays.stream(shape).boxed().toList(), values);
    }

    private Path lora(String layer, float value) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        Files.writeString(
                adapter.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 2}");
        String key = "base_model.model.model.layers.0." + layer;
        SafetensorsWriter.write(
                adapter.resolve("adapter_model.safetensors"),
                List.of(tensor(key + ".lora_A.weight", value, 2, 5), tensor(key + ".lora_B.weight", value, 5, 2)),
                Map.of());
        return adapter;
    }

    /** Puts what no writer of this program writes wherever the stand-in is. */
    private static void spoil(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 8 + (int) bytes.getLong(0); at < bytes.capacity(); at += Float.BYTES) {
            if (bytes.getFloat(at) == STAND_IN) {
                bytes.putFloat(at, Float.NaN);
            }
        }
        Files.write(file, bytes.array());
    }

    @Test
    void pairsThatGrowManyTimesWantALeave() {
        Path lokr = folder.resolve("lokr.safetensors");
        String key = "lora_unet_mid_block_attentions_0_proj_in.";
        SafetensorsWriter.write(
                lokr, List.of(tensor(key + "lokr_w1", 1, 16, 16), tensor(key + "lokr_w2", 1, 16, 16)), Map.of());
        Path out = folder.resolve("out.safetensors");
        Program.Outcome refused = Program.run("convert", "--adapter", lokr, "--to", "kohya", "--out", out);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).hasSize(1);
        assertThat(refused.err()).contains("rank up to 256", "0.52 MB", "256 times", "0.002 MB", "--large", "--rank");
        assertThat(out).doesNotExist();
        Program.Outcome large = Program.run("convert", "--adapter", lokr, "--to", "kohya", "--out", out, "--large")
                .mustSucceed();
        assertThat(large.err()).contains("0.52 MB");
        assertThat(out).isNotEmptyFile();
        Program.run("convert", "--adapter", lokr, "--to", "kohya", "--out", folder.resolve("cut"), "--rank", "4")
                .mustSucceed();
    }

    @Test
    void inspectEndsWithTwoWhereAnAdapterDoesNotFit() throws IOException {
        TinyLlama tiny =
                TinyLlama.write(folder.resolve("tiny"), TinyOptions.standard().withPictures(2, 1));
        Program.Outcome misfit = Program.run("inspect", lora("self_attn.q_proj", 1), "--model", tiny.model());
        assertThat(misfit.code()).isEqualTo(2);
        assertThat(misfit.out()).contains("adapter: lora", "binds: 0 of 1 layers", "does not bind: ");
        assertThat(misfit.errors()).hasSize(1);
        assertThat(misfit.err()).contains("does not fit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "convert", "merge", "evaluate", "export", "chat"})
    void valuesThatAreNoNumbersEndEveryVerb(String verb) throws IOException {
        Path adapter = lora("self_attn.q_proj", STAND_IN);
        spoil(adapter.resolve("adapter_model.safetensors"));
        TinyLlama tiny =
                TinyLlama.write(folder.resolve("tiny"), TinyOptions.standard().withPictures(2, 1));
        Path out = folder.resolve("out");
        Object[] arguments = switch (verb) {
            case "inspect" -> new Object[] {verb, adapter};
            case "convert" -> new Object[] {verb, "--adapter", adapter, "--to", "peft", "--out", out};
            case "evaluate" ->
                new Object[] {verb, "--model", tiny.model(), "--adapter", adapter, "--data", tiny.test(), "--out", out};
            case "chat" -> new Object[] {verb, "--model", tiny.model(), "--adapter", adapter, "Hello"};
            default -> new Object[] {verb, "--model", tiny.model(), "--adapter", adapter, "--out", out};
        };
        Program.Outcome refused = Program.run(arguments);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("adapter_model.safetensors", "self_attn.q_proj.lora_A.weight", "holds NaN at");
        assertThat(out).doesNotExist();
    }
}
