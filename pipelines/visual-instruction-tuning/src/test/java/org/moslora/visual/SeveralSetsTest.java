package org.moslora.visual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** Several data sets in one recipe, each with its own folder of pictures and its weight. */
class SeveralSetsTest {
    private static final String RECIPE = """
        pipeline: visual-instruction-tuning
        model: one/model
        output: run
        adapter: {kind: lora, rank: 2}
        projector: {train: false}
        data:
          - {conversations: one/train.json, images: one/images, order: sequential}
          - {conversations: two/train.json, images: two/images, weight: 2}
        training: {batch_size: 4, epochs: 1}
        """;

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() {
        TinyLlava.write(
                folder.resolve("one"), TinyOptions.standard().withSeed(4).withPictures(2, 1));
        TinyLlava.write(
                folder.resolve("two"), TinyOptions.standard().withSeed(5).withPictures(3, 1));
    }

    private static RunFolder train(String name, String recipe) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), recipe);
        List<String> output = List.of("output=" + folder.resolve(name));
        new VisualInstructionTuning().train(new RunRequest(file, output, folder, null, 1, true));
        return new RunFolder(folder.resolve(name));
    }

    private static int rows(String set) throws IOException {
        String rows = Files.readString(folder.resolve(set).resolve("train.json"));
        return rows.split("\"conversations\"", -1).length - 1;
    }

    @Test
    void anEpochTakesEachRowAsOftenAsItsSetWeighs() throws IOException {
        RunFolder run = train("weighed", RECIPE);
        int expected = (rows("one") + 2 * rows("two") + 3) / 4;
        assertThat(Metrics.rows(run.metrics())).hasSize(expected);
        String resolved = Files.readString(run.recipe());
        assertThat(resolved).contains("more:").contains("weight: 2.0");
        assertThat(Files.readString(run.provenance()))
                .contains("one/train.json")
                .contains("two/train.json");
        assertThat(Metrics.rows(train("again", resolved).metrics()).get(1).get("loss"))
                .isEqualTo(Metrics.rows(run.metrics()).get(1).get("loss"));
    }

    @Test
    void whatIsWrongWithASetIsToldByItsName() {
        assertThatThrownBy(() -> train("weightless", RECIPE.replace("weight: 2", "weight: 0")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("weight must be above 0");
        assertThatThrownBy(() -> train("foreign", RECIPE.replace("weight: 2", "template: plain")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("data.more[0].template is not a setting");
        assertThatThrownBy(() -> train("absent", RECIPE.replace("two/images", "one/images")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("two/train.json")
                .hasMessageContaining("does not exist");
    }
}
