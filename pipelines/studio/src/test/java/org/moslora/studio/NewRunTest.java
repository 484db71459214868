package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/** Recipes as they are typed. */
final class NewRunTest {
    @TempDir
    Path folder;

    private StudioUnderTest studio;
    private TinyLlava tiny;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
        tiny = TinyLlava.write(
                studio.data.resolve("tiny"), TinyOptions.standard().withPictures(6, 2));
    }

    @AfterEach
    void end() {
        studio.close();
    }

    private String recipe(Path output) {
        return "pipeline: visual-instruction-tuning\nmodel: " + tiny.model() + "\noutput: " + output
                + "\nadapter:\n  rank: 4\ndata:\n  conversations: tiny/train.json\n  images: " + tiny.images()
                + "\n  template: vicuna_v1\ntraining:\n  max_steps: 7\n";
    }

    private JsonObject ask(String path, String recipe) throws IOException {
        JsonObject body = new JsonObject();
        body.addProperty("recipe", recipe);
        return JsonParser.parseString(studio.post(path, body.toString()).body()).getAsJsonObject();
    }

    @Test
    void whatIsWrongIsToldInTheWordsOfCheckWithItsLine() throws IOException {
        String bad = recipe(studio.runs.resolve("bad")).replace("rank: 4", "rnak: 4\n  alpha: two");
        assertThat(ask("/new/check", bad).get("problems").toString()).contains("line 5: ", "rnak", "line 6: ", "alpha");
        assertThat(ask("/new/check", "pipeline: [").get("problems").toString()).contains("is not YAML");
        assertThat(ask("/new/check", "pipeline: dreambth").get("problems").toString())
                .contains("did you mean dreambooth");
    }

    @Test
    void pathsLieInTheFoldersAndRunsRightBelowTheirs() throws IOException {
        for (Path elsewhere : new Path[] {folder.resolve("elsewhere"), studio.runs.resolve("a/b"), studio.runs}) {
            assertThat(ask("/new/check", recipe(elsewhere)).get("problems").toString())
                    .contains("output: must be a folder right below");
        }
        Files.createDirectories(folder.resolve("data-elsewhere"));
        String recipe =
                recipe(studio.runs.resolve("one")).replace(tiny.images().toString(), folder + "/data-elsewhere");
        assertThat(ask("/new/check", recipe).get("problems").toString()).contains("data.images", "none of the folders");
        assertThat(ask("/new", recipe).has("location")).isFalse();
    }

    @Test
    void aGoodOneSaysWhatItTakesAndStarts() throws IOException, InterruptedException {
        String recipe = recipe(studio.runs.resolve("good"));
        JsonObject checked = ask("/new/check", recipe);
        assertThat(checked.getAsJsonArray("problems")).isEmpty();
        assertThat(checked.get("command").getAsString()).contains("./moslora train", "good.yaml");
        JsonObject files = ask("/new/files", recipe);
        assertThat(files.getAsJsonArray("problems")).isEmpty();
        assertThat(files.get("memory").getAsString()).containsPattern("about \\d.*[GM]iB");
        assertThat(files.get("time").getAsString()).contains("7 steps");
        assertThat(ask("/new", recipe).get("location").getAsString()).isEqualTo("/runs/good");
        StudioUnderTest.until("the adapter", () -> Files.exists(studio.runs.resolve("good/adapter")));
        assertThat(ask("/new/check", recipe).getAsJsonArray("problems")).isEmpty();
        assertThat(ask("/new", recipe).get("problems").toString()).contains("holds a run");
    }

    private String comparison(Path output, String variants) {
        return recipe(output) + "compare:\n  kinds: [lora]\n  variants: {other: {" + variants
                + "}}\n  metric: loss\n  test: [tiny/train.json]\n";
    }

    @Test
    void aComparisonIsCheckedInItsOwnKeysAndForEveryVariantAndStarts() throws IOException, InterruptedException {
        Path output = studio.runs.resolve("compared");
        String good = comparison(output, "adapter.kind: dora");
        JsonObject checked = ask("/new/check", good);
        assertThat(checked.getAsJsonArray("problems")).isEmpty();
        assertThat(checked.get("command").getAsString()).contains("./moslora compare", "compared.yaml");
        assertThat(ask("/new/check", good.replace("metric: loss", "metrik: loss"))
                        .get("problems")
                        .toString())
                .contains("compare.metrik", "did you mean");
        assertThat(ask("/new/files", comparison(output, "adapter.kind: refused-variant"))
                        .get("problems")
                        .toString())
                .contains("line 3: adapter.rank: must be smaller");
        assertThat(ask("/new/files", good).get("time").getAsString()).startsWith("of each trial 7 steps");
        assertThat(ask("/new", good).get("location").getAsString()).isEqualTo("/runs/compared");
        StudioUnderTest.until("a trial", () -> Files.exists(output.resolve("trials/lora-s0.json")));
        assertThat(Files.readString(studio.runs.resolve(".moslora-studio/recipes/compared.yaml")))
                .contains("test: ['" + studio.data.resolve("tiny/train.json") + "']", "conversations: '" + studio.data)
                .contains("  rank: 4\n");
        assertThat(studio.get("/runs").body()).contains("Comparisons", ">compared</a>");
        assertThat(studio.post("/runs/compared/stop", "{}").status()).isEqualTo(200);
    }

    @Test
    void aComparisonReadsNothingOutsideOfTheFolders() throws IOException {
        Path output = studio.runs.resolve("compared");
        for (String variant : new String[] {
            "model: " + folder + "/elsewhere", "adapter.init_from: ../../elsewhere", "model: '\"\\x2fetc\"'"
        }) {
            assertThat(ask("/new/check", comparison(output, variant))
                            .get("problems")
                            .toString())
                    .as(variant)
                    .contains("compare.variants.other", "must be an absolute one in one of the folders");
        }
        Files.writeString(folder.resolve("elsewhere.json"), "[]");
        String test = comparison(output, "adapter.kind: dora").replace("tiny/train.json]", "../elsewhere.json]");
        assertThat(ask("/new/check", test).get("problems").toString()).contains("compare.test", "none of the folders");
    }

    @Test
    void keysOfOtherKindsAreNotOffered() throws IOException {
        String lora = studio.get("/new/keys?pipeline=visual-instruction-tuning&kind=lora")
                .body();
        assertThat(lora)
                .contains("learning_rate", "steps between checkpoints")
                .doesNotContain("decompose_both", "mixer_init");
        String lokr = studio.get("/new/keys?pipeline=visual-instruction-tuning&kind=lokr")
                .body();
        assertThat(lokr).contains("decompose_both");
    }
}
