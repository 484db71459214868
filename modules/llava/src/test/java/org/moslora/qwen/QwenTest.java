package org.moslora.qwen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.Linears;
import org.moslora.llama.KeyValueCache;
import org.moslora.llama.RowPositions;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.multimodal.TowerNumbers;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Qwen's vision-language models against transformers. */
class QwenTest {
    private static final float NEAR = 3e-5f;

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen25", "qwen3"})
    void positionsAreTransformers(String name) {
        try (GoldenQwen golden = GoldenQwen.of(name)) {
            for (int row = 0; row < 2; row++) {
                int[] ids = golden.ints("ids." + row);
                RowPositions found =
                        golden.folder.config().positions(ids, new int[] {ids.length}, golden.pictures(row), new int[1]);
                int[] wanted = golden.ints("positions." + row);
                for (int axis = 0; axis < 3; axis++) {
                    assertThat(found.axes().get(axis))
                            .isEqualTo(Arrays.copyOfRange(wanted, axis * ids.length, (axis + 1) * ids.length));
                }
            }
        }
    }

    /** A picture of 4,096 tokens has four times as many patches, each 3 x 14 x 14 numbers in these models. */
    @Test
    void whatTheTowerHoldsGoesByThePicture() {
        try (GoldenQwen golden = GoldenQwen.of("qwen25")) {
            MultimodalConfig config = golden.folder.config();
            TowerNumbers large = config.towerNumbers(4096);
            PictureInput picture = golden.pictures(0).get(0);
            assertThat(large.pixels())
                    .isEqualTo(4096L * 4 * picture.pixels().length / (picture.height() * picture.width()));
            assertThat(large.state() * 4).isLessThan(large.inside());
            assertThat(config.towerNumbers(1024).inside()).isEqualTo(large.inside() / 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen25", "qwen3"})
    void lossesAreTransformersHoweverConversationsAreBatched(String name) {
        try (GoldenQwen golden = GoldenQwen.of(name);
                MultimodalModel model = golden.model(Linears.plain())) {
            for (int[] rows : new int[][] {{0}, {1}, {2}, {2, 1, 0}}) {
                try (Arena step = model.step()) {
                    Batch batch = golden.batch(rows);
                    assertThat(model.losses(step, model.look(step, batch)))
                            .as("rows " + Arrays.toString(rows))
                            .containsExactly(golden.losses(rows), within(NEAR));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen25", "qwen3"})
    void aStretchAtATimeGivesTheLogitsOfTheWhole(String name) {
        try (GoldenQwen golden = GoldenQwen.of(name);
                MultimodalModel model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 40)) {
            int[] ids = golden.ints("ids.0");
            List<PictureInput> pictures = golden.pictures(0);
            int second = ids.length - 12; // behind the first picture, before the second
            next(model, golden, cache, 0, second, pictures.subList(0, 1));
            next(model, golden, cache, second, ids.length - 2, pictures.subList(1, 2));
            cache.rewind(0, second);
            next(model, golden, cache, second, ids.length - 2, pictures.subList(1, 2));
            next(model, golden, cache, ids.length - 2, ids.length - 1, List.of());
            next(model, golden, cache, ids.length - 1, ids.length, List.of());
        }
    }

    private static void next(
            MultimodalModel model, GoldenQwen golden, KeyValueCache cache, int from, int to, List<PictureInput> shown) {
        int[] ids = Arrays.copyOfRange(golden.ints("ids.0"), from, to);
        try (Arena step = model.step()) {
            assertThat(model.step(step, ids, new int[] {ids.length}, shown, cache)
                            .toFloatArray())
                    .as("up to " + to)
                    .containsExactly(golden.logits(0, to - 1), within(20 * NEAR));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "qwen25", "qwen3"})
    void everyTensorsGradientIsPyTorchsWithOrWithoutMemory(String name) {
        for (long keep : new long[] {0, Long.MAX_VALUE}) {
            GoldenQwen.Everything all = new GoldenQwen.Everything();
            try (GoldenQwen golden = GoldenQwen.of(name);
                    MultimodalModel model = golden.model(all)) {
                all.train(model.arena());
                try (Arena step = model.step()) {
                    model.backward(step, model.forward(step, golden.batch(0, 1, 2), keep, 0), 1);
                }
                Map<String, float[]> wanted = golden.gradients();
                assertThat(all.gradients.keySet()).containsAll(canonical(golden, wanted.keySet()));
                wanted.forEach((key, gradient) -> {
                    float largest = 0;
                    for (float value : gradient) {
                        largest = Math.max(largest, Math.abs(value));
                    }
                    assertThat(all.gradients
                                    .get(golden.folder.keys().canonical(key))
                                    .toFloatArray())
                            .as(key)
                            .containsExactly(gradient, within(5e-4f * largest + 5e-4f));
                });
            }
        }
    }

    private static List<String> canonical(GoldenQwen golden, Iterable<String> names) {
        List<String> all = new java.util.ArrayList<>();
        names.forEach(name -> all.add(golden.folder.keys().canonical(name)));
        return all;
    }

    @Test
    void aFlatConfigIsReadAndSectionsMustAddUp() throws Exception {
        Path file;
        try (GoldenQwen golden = GoldenQwen.of("qwen25")) {
            file = golden.folder.path().resolve("config.json");
        }
        JsonObject whole = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonObject flat = whole.getAsJsonObject("text_config").deepCopy();
        JsonObject rope = flat.remove("rope_parameters").getAsJsonObject();
        rope.addProperty("type", "mrope");
        rope.remove("rope_type");
        flat.add("rope_theta", rope.remove("rope_theta"));
        flat.add("rope_scaling", rope);
        flat.add("vision_config", whole.get("vision_config"));
        flat.add("image_token_id", whole.get("image_token_id"));
        Problems problems = new Problems();
        QwenConfig read = new QwenReader(ConfigSection.parse("config.json", flat.toString(), problems)).qwen25();
        problems.throwIfAny();
        QwenConfig other = new QwenReader(ConfigSection.parse("config.json", whole.toString(), problems)).qwen25();
        assertThat(read).isEqualTo(other);
        rope.add("mrope_section", JsonParser.parseString("[1, 1, 1]"));
        new QwenReader(ConfigSection.parse("config.json", flat.toString(), problems)).qwen25();
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("mrope_section is [1, 1, 1]");
    }
}
