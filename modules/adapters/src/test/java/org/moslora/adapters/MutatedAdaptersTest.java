package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.form.Magnitude;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Whatever happens to an adapter folder, it is read or refused; {@code -Dtests.seed=N} repeats one sequence. */
class MutatedAdaptersTest {
    private static final int MUTATIONS = 1000;
    private static final String[] SPLICES = {
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "-1",
        "1e999",
        "NaN",
        "null",
        "true",
        "2.5",
        "lora_A",
        "lora_mixer",
        ".weight",
        "\"r\":",
        "\\",
        "(((",
        "\"use_dora\":true,",
        "MOSLORA",
        "\u0000",
        "lokr_w2",
        "_mid",
        "lora_te2_",
        "[[[[[[[["
    };

    @TempDir
    Path folder;

    @Test
    void mutationsAreReadOrRefused() throws IOException {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        Path adapter = TinyFolder.moslora()
                .say("rank_pattern", "{\"k_proj\": 3}")
                .say("alpha_pattern", "{\"layers.1.self_attn.k_proj\": 7.5}")
                .layer(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.k_proj", 3, 4, 6)
                .put(TinyFolder.BASE + TinyModel.TEXT + "layers.1.self_attn.k_proj.lora_mixer.weight", 3, 3)
                .beside("linear_1.weight", 6, 8)
                .write(folder.resolve("a"));
        String[] files = {"adapter_config.json", "adapter_model.safetensors", "projector.safetensors"};
        int read = 0;
        try (TinyModel model = new TinyModel(linear -> {})) {
            for (int i = 0; i < MUTATIONS; i++) {
                Path file = adapter.resolve(files[random.nextInt(4) % 3]);
                byte[] valid = Files.readAllBytes(file);
                byte[] mutated = mutate(valid, random);
                Files.write(file, mutated);
                try {
                    boolean whole = assertTimeoutPreemptively(
                            Duration.ofSeconds(20), () -> readOrRefuse(adapter, model.sites(), model.arena));
                    read += whole ? 1 : 0;
                } catch (Throwable failure) {
                    throw new AssertionError(
                            "mutation " + i + " of tests.seed=" + seed + " in " + file.getFileName() + ": "
                                    + HexFormat.of().formatHex(mutated),
                            failure);
                }
                Files.write(file, valid);
            }
        }
        assertThat(read).as("some mutations only change values").isBetween(1, MUTATIONS - 1);
    }

    private static List<TinyFolder> everyKind() {
        String layer = TinyFolder.BASE + TinyModel.QUERY;
        return List.of(
                TinyFolder.lora()
                        .say("use_dora", "true")
                        .say("use_rslora", "true")
                        .put(layer + ".lora_magnitude_vector", 6),
                TinyFolder.lora().say("peft_type", "\"BUTTERFLY\""),
                TinyFolder.moslora().say("peft_type", "\"FLORA\""),
                new TinyFolder()
                        .say("peft_type", "\"ADALORA\"")
                        .say("init_r", "3")
                        .say("rank_pattern", "{\"" + TinyModel.QUERY + ".lora_E\": [true, false, true]}")
                        .put(layer + ".lora_A", 2, 6)
                        .put(layer + ".lora_E", 2, 1)
                        .put(layer + ".lora_B", 6, 2),
                new TinyFolder()
                        .say("peft_type", "\"LOHA\"")
                        .say("alpha", "3")
                        .put(layer + ".hada_w1_a", 6, 2)
                        .put(layer + ".hada_w1_b", 2, 6)
                        .put(layer + ".hada_w2_a", 6, 2)
                        .put(layer + ".hada_w2_b", 2, 6),
                new TinyFolder()
                        .say("peft_type", "\"LOKR\"")
                        .say("alpha", "3")
                        .put(layer + ".lokr_w1", 2, 2)
                        .put(layer + ".lokr_w2_a", 3, 2)
                        .put(layer + ".lokr_w2_b", 2, 3),
                new TinyFolder()
                        .say("peft_type", "\"MOE_LORA\"")
                        .say("experts", "3")
                        .say("top_k", "2")
                        .put(layer + ".lora_A.weight", 3, 2, 6)
                        .put(layer + ".lora_router.weight", 3, 6)
                        .put(layer + ".lora_B.weight", 3, 6, 2));
    }

    @Test
    void mutatedFoldersOfEveryKindAreReadWholeOrRefused() throws IOException {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        List<TinyFolder> kinds = everyKind();
        int read = 0;
        try (TinyModel model = new TinyModel(linear -> {})) {
            for (int i = 0; i < MUTATIONS; i++) {
                int kind = i % kinds.size();
                Path adapter = kinds.get(kind).write(folder.resolve("kind-" + kind));
                Path file = adapter.resolve(random.nextBoolean() ? "adapter_config.json" : "adapter_model.safetensors");
                byte[] mutated = mutate(Files.readAllBytes(file), random);
                Files.write(file, mutated);
                try {
                    boolean whole = assertTimeoutPreemptively(
                            Duration.ofSeconds(20), () -> readWholeOrRefuse(adapter, model.sites(), model.arena));
                    read += whole ? 1 : 0;
                } catch (Throwable failure) {
                    throw new AssertionError(
                            "mutation " + i + " of tests.seed=" + seed + " in " + file + ": "
                                    + HexFormat.of().formatHex(mutated),
                            failure);
                }
            }
        }
        assertThat(read).as("some mutations only change values").isBetween(1, MUTATIONS - 1);
    }

    /** Whether everything could be used; then no tensor of the file was left out. */
    private static boolean readWholeOrRefuse(Path adapter, Map<String, Site> sites, Arena arena) {
        try (AdapterFile file = AdapterFile.open(adapter);
                WeightSource tensors = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"));
                Arena step = arena.child()) {
            file.check(sites, Map.of());
            Set<String> used = new TreeSet<>();
            for (AdapterLayer layer : file.layers().values()) {
                layer.form().factors().values().forEach(factor -> used.add(factor.key()));
                Magnitude magnitude = layer.update().magnitude();
                if (magnitude != null) {
                    used.add(magnitude.factor().key());
                }
                if (!layer.form().dependsOnInput()) {
                    assertThat(layer.update()
                                    .change(step, AdapterFile.factors(step, Compute.cpu()), 1)
                                    .size())
                            .isEqualTo(layer.outputs() * layer.inputs());
                }
            }
            assertThat(used).isEqualTo(new TreeSet<>(tensors.names()));
            return true;
        } catch (InvalidInput refused) {
            assertThat(refused.problems()).isNotEmpty().hasSizeLessThan(100);
            return false;
        }
    }

    @Test
    void mutatedFilesAreReadOrRefused() throws IOException {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        Path file = folder.resolve("a.safetensors");
        String layer = "lora_unet_input_blocks_4_1_proj_in.";
        SingleFileAdapter made = new SingleFileAdapter(9)
                .put("lora_unet_conv_in.lora_down.weight", 2, 2, 1, 1)
                .put("lora_unet_conv_in.lora_mid.weight", 2, 2, 2, 2)
                .put("lora_unet_conv_in.lora_up.weight", 4, 2, 1, 1)
                .put("lora_unet_conv_in.dora_scale", 4, 1, 1, 1)
                .put(layer + "lokr_w1", 2, 2)
                .put(layer + "lokr_w2_a", 2, 1)
                .put(layer + "lokr_w2_b", 1, 3)
                .number(layer + "alpha", 3);
        made.metadata.put("lora_adapter_metadata", "{\"text_encoder.r\": 2, \"text_encoder.lora_alpha\": 8}");
        byte[] valid = Files.readAllBytes(made.write(file));
        int read = 0;
        try (Arena arena = Arena.open(Compute.cpu())) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutated = mutate(valid, random);
                Files.write(file, mutated);
                try {
                    boolean whole =
                            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> changesOrRefuse(file, arena));
                    read += whole ? 1 : 0;
                } catch (Throwable failure) {
                    throw new AssertionError(
                            "mutation " + i + " of tests.seed=" + seed + ": "
                                    + HexFormat.of().formatHex(mutated),
                            failure);
                }
            }
        }
        assertThat(read).as("some mutations only change values").isBetween(1, MUTATIONS - 1);
    }

    /** Whether the change of every layer could be computed. */
    private static boolean changesOrRefuse(Path path, Arena arena) {
        try (AdapterFile file = AdapterFile.open(path);
                Arena step = arena.child()) {
            for (AdapterLayer layer : file.layers().values()) {
                assertThat(layer.update()
                                .change(step, AdapterFile.factors(step, Compute.cpu()), 1)
                                .size())
                        .isEqualTo(layer.outputs() * layer.inputs());
            }
            Description.of(file);
            return true;
        } catch (InvalidInput refused) {
            assertThat(refused.problems()).isNotEmpty().hasSizeLessThan(100);
            return false;
        }
    }

    /** Whether everything could be read. */
    private static boolean readOrRefuse(Path adapter, Map<String, Site> sites, Arena arena) {
        try (AdapterFile file = AdapterFile.open(adapter);
                Arena step = arena.child()) {
            file.check(sites, Map.of(TinyModel.PROJECTOR + "linear_1.weight", List.of(6L, 8L)));
            for (AdapterLayer layer : file.layers().values()) {
                assertThat(file.folded(step, Compute.cpu(), layer, 0.5).down().size())
                        .isEqualTo(layer.rank() * layer.inputs());
            }
            file.projector().forEach(name -> file.wideProjector(step, name));
            return true;
        } catch (InvalidInput refused) {
            assertThat(refused.problems()).isNotEmpty().hasSizeLessThan(100);
            return false;
        }
    }

    private static byte[] mutate(byte[] valid, Random random) {
        byte[] mutated = valid.clone();
        for (int edits = 1 + random.nextInt(2); edits > 0; edits--) {
            int at = random.nextInt(mutated.length + 1);
            mutated = switch (random.nextInt(5)) {
                case 0 -> flipped(mutated, random);
                case 1 -> Arrays.copyOf(mutated, at);
                case 2 -> spliced(mutated, at, Math.min(mutated.length, at + 1 + random.nextInt(6)), new byte[0]);
                case 3 -> overwritten(mutated, random);
                default ->
                    spliced(
                            mutated,
                            at,
                            Math.min(mutated.length, at + random.nextInt(4)),
                            SPLICES[random.nextInt(SPLICES.length)].getBytes(StandardCharsets.UTF_8));
            };
        }
        return mutated;
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] flipped = bytes.clone();
        if (bytes.length > 0) {
            flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Keeps the length, so that a safetensors header stays as long as it says. */
    private static byte[] overwritten(byte[] bytes, Random random) {
        byte[] text = SPLICES[random.nextInt(SPLICES.length)].getBytes(StandardCharsets.UTF_8);
        byte[] over = bytes.clone();
        if (bytes.length > text.length) {
            System.arraycopy(text, 0, over, random.nextInt(bytes.length - text.length), text.length);
        }
        return over;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] inserted) {
        return ByteBuffer.allocate(bytes.length - (to - from) + inserted.length)
                .put(bytes, 0, from)
                .put(inserted)
                .put(bytes, to, bytes.length - to)
                .array();
    }
}
