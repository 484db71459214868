package org.moslora.datasets.miniature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.datasets.ConversationChecks;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.DataFormat;
import org.moslora.examples.text.Turn;
import org.moslora.problems.InvalidInput;

/** A written world is what its formats and its manifest say, to the byte. */
final class WorldFolderTest {
    private static final int SCENES = 60;

    @TempDir
    static Path folder;

    private static Path world;

    @BeforeAll
    static void write() {
        world = folder.resolve("world");
        WorldFolder.write(world, SCENES, 5, 1, done -> {});
    }

    @Test
    void theSameSeedGivesTheSameBytesInEveryFile() {
        Path again = folder.resolve("again");
        WorldFolder.write(again, SCENES, 5, 2, done -> {});
        assertThat(bytes(again)).isEqualTo(bytes(world));
        Path other = folder.resolve("other");
        WorldFolder.write(other, SCENES, 6, 2, done -> {});
        assertThat(bytes(other).get("train.json")).isNotEqualTo(bytes(world).get("train.json"));
    }

    @Test
    void whatATuningNeedsIsAPartOfTheWhole() throws IOException {
        Path part = folder.resolve("part");
        TuningSizes sizes = new TuningSizes(9, 3, 4);
        AtomicInteger painted = new AtomicInteger();
        WorldFolder.writeForTuning(part, sizes, 5, 2, done -> painted.incrementAndGet());
        assertThat(painted).hasValue(sizes.pictures());
        Map<String, Integer> rows = Map.of("skills-train.json", 9, "skills-test.json", 3, "test.json", 4);
        for (Map.Entry<String, Integer> file : rows.entrySet()) {
            JsonArray whole = array(file.getKey());
            JsonArray some = JsonParser.parseString(Files.readString(part.resolve(file.getKey())))
                    .getAsJsonArray();
            assertThat(some).as(file.getKey()).hasSize(file.getValue());
            int both = Math.min(some.size(), whole.size());
            assertThat(some.asList().subList(0, both)).isEqualTo(whole.asList().subList(0, both));
        }
        assertThat(AxolotlPictures.files(part.resolve("subject")))
                .hasSize(5)
                .allSatisfy(file -> assertThat(file)
                        .hasSameBinaryContentAs(world.resolve("subject").resolve(file.getFileName())));
        assertThatThrownBy(() -> new TuningSizes(9, 0, 4)).hasMessageContaining("at least 1 of each sort, got 9, 0");
    }

    @Test
    void conversationsAreReadWithoutAFinding() {
        for (String file : List.of("train", "validation", "test", "skills-train", "skills-validation", "skills-test")) {
            ConversationRows rows = ConversationFiles.read(List.of(world.resolve(file + ".json")), null);
            assertThat(rows.findings()).isEmpty();
            assertThat(rows.total()).as(file).isPositive();
            assertThat(ConversationChecks.check(rows.rows(), world.resolve("images"), true, 1))
                    .isEmpty();
        }
        assertThat(ConversationFiles.read(List.of(world.resolve("text/facts.json")), null)
                        .findings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "open, the correct answer is .+",
        "choices, the correct answer is answer[1-4]",
        "claims, the correct answer is (true|false)"
    })
    void exercisesAreReadAsAnyCommonsenseFile(String name, String last) {
        ConversationRows rows =
                ConversationFiles.read(List.of(world.resolve("text/" + name + "-train.json")), DataFormat.COMMONSENSE);
        assertThat(rows.findings()).isEmpty();
        assertThat(rows.rows()).isNotEmpty();
        assertThat(rows.rows().get(0).conversation().turns())
                .last()
                .extracting(Turn::text)
                .asString()
                .matches(last);
    }

    @Test
    void everyPictureHasItsRowAndItsSize() throws IOException {
        try (Stream<Path> images = Files.list(world.resolve("images"))) {
            assertThat(images.count()).isEqualTo(SCENES);
        }
        int named = 0;
        for (String file : List.of("train", "validation", "test", "skills-train", "skills-validation", "skills-test")) {
            for (JsonElement row : array(file + ".json")) {
                Path image = world.resolve("images")
                        .resolve(row.getAsJsonObject().get("image").getAsString());
                assertThat(ImageIO.read(image.toFile()).getWidth()).isEqualTo(72);
                named++;
            }
        }
        assertThat(named).isEqualTo(SCENES);
    }

    @Test
    void everyPortraitHasACaption() throws IOException {
        int pictures = 0;
        for (String split : List.of("portraits/train", "portraits/validation", "portraits/test", "subject")) {
            try (Stream<Path> files = Files.list(world.resolve(split))) {
                for (Path file : files.toList()) {
                    if (file.toString().endsWith(".png")) {
                        assertThat(ImageIO.read(file.toFile()).getHeight()).isEqualTo(64);
                        String caption =
                                Files.readString(Path.of(file.toString().replace(".png", ".txt")));
                        assertThat(caption).matches("an? [a-z ]+ (in|on|at) [a-z ]+\n");
                        pictures++;
                    }
                }
            }
        }
        assertThat(pictures).isEqualTo(SCENES + 5);
    }

    @Test
    void choicesHaveTheCommonsenseFields() throws IOException {
        int rows = 0;
        for (String split : List.of("train", "validation", "test")) {
            for (JsonElement element : array("text/choices-" + split + ".json")) {
                JsonObject row = element.getAsJsonObject();
                assertThat(row.keySet()).containsExactly("instruction", "input", "output", "answer");
                String answer = row.get("answer").getAsString();
                assertThat(row.get("output").getAsString()).isEqualTo("the correct answer is " + answer);
                String option = "Answer" + answer.substring("answer".length()) + ": ";
                assertThat(row.get("instruction").getAsString()).contains(option);
                rows++;
            }
        }
        assertThat(rows).isEqualTo(SCENES);
    }

    @Test
    void theManifestCountsWhatIsThere() throws IOException {
        JsonObject manifest = JsonParser.parseString(Files.readString(world.resolve("manifest.json")))
                .getAsJsonObject();
        JsonObject train = manifest.getAsJsonObject("conversations").getAsJsonObject("train.json");
        int turns = 0;
        for (JsonElement row : array("train.json")) {
            turns += row.getAsJsonObject().getAsJsonArray("topics").size();
        }
        int counted = 0;
        for (Map.Entry<String, JsonElement> topic :
                train.getAsJsonObject("topics").entrySet()) {
            counted += topic.getValue().getAsJsonObject().get("questions").getAsInt();
        }
        assertThat(counted).isEqualTo(turns);
        assertThat(train.get("rows").getAsInt()).isEqualTo(array("train.json").size());
    }

    @Test
    void tooFewScenesAreRefused() {
        assertThatThrownBy(() -> WorldFolder.write(folder.resolve("few"), 9, 0, 1, done -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("at least 10, got 9");
        assertThat(folder.resolve("few")).doesNotExist();
    }

    @Test
    void nothingIsLeftWhenItFails() {
        Path broken = folder.resolve("broken");
        assertThatThrownBy(() -> WorldFolder.write(broken, SCENES, 0, 2, done -> {
                    if (done > 20) {
                        throw new UncheckedIOException(new IOException("no space left"));
                    }
                }))
                .hasMessageContaining("no space left");
        assertThat(broken).doesNotExist();
        assertThat(folder.resolve("broken.moslora-partial")).doesNotExist();
    }

    private static JsonArray array(String name) throws IOException {
        return JsonParser.parseString(Files.readString(world.resolve(name))).getAsJsonArray();
    }

    private static Map<String, String> bytes(Path root) {
        Map<String, String> bytes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                bytes.put(name, text);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return bytes;
    }
}
