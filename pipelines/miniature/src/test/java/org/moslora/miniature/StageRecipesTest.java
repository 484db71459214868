package org.moslora.miniature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.miniature.blank.BlankClip;
import org.moslora.miniature.blank.BlankDiffusion;
import org.moslora.miniature.blank.BlankLlava;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;

/** What recipes of the stages may say: whatever cannot be worked with is named before anything is made. */
class StageRecipesTest {
    private static final String FOUND = "miniature-";

    @TempDir
    private Path folder;

    @BeforeEach
    void models() throws IOException {
        Files.createDirectory(folder.resolve("empty"));
    }

    private static Pipeline pipeline(String name) {
        return ServiceLoader.load(Pipeline.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.name().equals(FOUND + name))
                .findFirst()
                .orElseThrow();
    }

    private RunRequest request(String name, String... lines) throws IOException {
        String models = Stream.of("pictures", "words", "flow").anyMatch(name::equals) ? "model: empty\n" : "";
        String clip = name.equals("flow") ? "clip: empty\n" : "";
        String text = "pipeline: " + FOUND + name + "\noutput: run\n" + models + clip + String.join("\n", lines) + "\n";
        Path recipe = Files.writeString(folder.resolve("recipe.yaml"), text);
        return new RunRequest(recipe, List.of(), folder, null, 1, true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vision      | examine_every: 0    | examine_every | at least 1",
                "vision      | examined: 0         | examined      | at least 1",
                "vision      | contrast: -0.5      | contrast      | at least 0",
                "vision      | contrast: .inf      | contrast      | must be a number",
                "words       | examine_every: -3   | examine_every | at least 1",
                "words       | examined: -1        | examined      | at least 1",
                "autoencoder | examine_every: 0    | examine_every | at least 1",
                "autoencoder | examined: 0         | examined      | at least 1",
                "autoencoder | average: 1          | average       | below 1",
                "autoencoder | average: -0.1       | average       | from 0",
                "pictures    | scenes: 0           | scenes        | at least 1",
                "pictures    | examined: 0         | examined      | at least 1",
                "pictures    | empty: 1.5          | empty         | from 0 to 1",
                "pictures    | thing: -1           | thing         | at least 0",
                "pictures    | average: 1.2        | average       | below 1",
                "pictures    | examine_every: 0    | examine_every | at least 1",
                "flow        | scenes: -5          | scenes        | at least 1",
                "flow        | empty: -0.1         | empty         | from 0 to 1",
                "flow        | average: .nan       | average       | must be a number",
                "flow        | examine_every: 0    | examine_every | at least 1",
                "flow        | workers: 0          | workers       | must divide"
            })
    void aNumberThatNothingCanBeDoneWithIsNamed(String name, String line, String key, String rule) throws IOException {
        RunRequest request = request(name, line, "training: {max_steps: 1}");
        for (Runnable way : List.<Runnable>of(
                () -> pipeline(name).check(request, false, null),
                () -> pipeline(name).train(request))) {
            assertThatThrownBy(way::run)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(key)
                    .hasMessageContaining(rule)
                    .hasMessageContaining(line.substring(line.indexOf(' ') + 1));
        }
        assertThat(folder.resolve("run")).doesNotExist();
    }

    /** Three workers cannot share eight scenes evenly. */
    @ParameterizedTest
    @CsvSource({"pictures, 3, 8", "flow, 2, 5", "pictures, 9, 8"})
    void aBatchIsSharedEvenlyOrNotAtAll(String name, int workers, int batch) throws IOException {
        RunRequest request =
                request(name, "workers: " + workers, "training: {max_steps: 1, batch_size: " + batch + "}");
        assertThatThrownBy(() -> pipeline(name).check(request, false, null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("workers")
                .hasMessageContaining("batch_size " + batch)
                .hasMessageContaining("got " + workers);
    }

    static List<String> startFromAModel() {
        return List.of("words", "pictures", "flow");
    }

    @ParameterizedTest
    @MethodSource("startFromAModel")
    void aFolderThatHoldsNoModelIsRefusedByName(String name) throws IOException {
        RunRequest request = request(name, "training: {max_steps: 1}");
        assertThatThrownBy(() -> pipeline(name).check(request, false, null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> pipeline(name).train(request)).isInstanceOf(InvalidInput.class);
        assertThat(folder.resolve("run/model")).doesNotExist();
    }

    @Test
    void aCheckOfARecipeThatIsInOrderWritesNothing() throws IOException {
        BlankLlava.write(Files.createDirectory(folder.resolve("llava")), 1);
        BlankDiffusion.write(Files.createDirectory(folder.resolve("painter")), 1);
        BlankClip.write(Files.createDirectory(folder.resolve("clip")), 1);
        for (String line : List.of("vision;", "autoencoder;model: painter", "autoencoder;")) {
            passes(line.split(";")[0], line.substring(line.indexOf(';') + 1));
        }
        passes("words", "model: llava");
        passes("pictures", "model: painter");
        passes("flow", "model: painter", "clip: clip");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    private void passes(String name, String... lines) throws IOException {
        String text = "pipeline: " + FOUND + name + "\noutput: run\n" + String.join("\n", lines)
                + "\ntraining: {max_steps: 1}\n";
        Path recipe = Files.writeString(folder.resolve(name + ".yaml"), text);
        assertThatCode(() -> pipeline(name).check(new RunRequest(recipe, List.of(), folder, null, 1, true), true, null))
                .as(name)
                .doesNotThrowAnyException();
    }

    @Test
    void everyStageIsFoundByItsName() {
        List<String> names = ServiceLoader.load(Pipeline.class).stream()
                .map(provider -> provider.get().name())
                .filter(name -> name.startsWith(FOUND))
                .toList();
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "miniature-vision",
                        "miniature-words",
                        "miniature-autoencoder",
                        "miniature-pictures",
                        "miniature-flow");
        assertThat(names.stream()
                        .collect(Collectors.groupingBy(Function.identity()))
                        .values())
                .allMatch(same -> same.size() == 1);
    }
}
