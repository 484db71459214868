package org.moslora.datasets.miniature;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.tensors.Digests;

/** A written world: nothing of a test is learnt from, and nothing in it tells where and when it was made. */
class WorldLeaksTest {
    private static final int SCENES = 40;

    @TempDir
    private static Path folder;

    private static Path world;
    private static final ConcurrentLinkedQueue<Integer> PROGRESS = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void write() {
        world = folder.resolve("world");
        WorldFolder.write(world, SCENES, 2, 2, PROGRESS::add);
    }

    private static SortedMap<String, String> digests(Path tree) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                digests.put(tree.relativize(file).toString().replace('\\', '/'), Digests.sha256(file));
            }
        }
        return digests;
    }

    private static List<JsonObject> rows(String file) throws IOException {
        List<JsonObject> rows = new ArrayList<>();
        for (JsonElement row :
                JsonParser.parseString(Files.readString(world.resolve(file))).getAsJsonArray()) {
            rows.add(row.getAsJsonObject());
        }
        return rows;
    }

    @Test
    void noPictureIsTwiceInIt() throws IOException {
        List<String> pictures = digests(world).entrySet().stream()
                .filter(file -> file.getKey().endsWith(".png"))
                .map(java.util.Map.Entry::getValue)
                .toList();
        assertThat(pictures).hasSize(WorldFolder.pictures(SCENES)).doesNotHaveDuplicates();
    }

    @Test
    void everyPaintedPictureIsToldOnce() {
        assertThat(PROGRESS)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, WorldFolder.pictures(SCENES))
                        .boxed()
                        .toList());
    }

    @Test
    void noPictureIsAskedAboutInTwoFiles() throws IOException {
        Set<String> seen = new HashSet<>();
        int rows = 0;
        for (String split : List.of("train", "validation", "test")) {
            for (String file : List.of(split + ".json", "skills-" + split + ".json")) {
                for (JsonObject row : rows(file)) {
                    seen.add(row.get("image").getAsString());
                    rows++;
                }
            }
        }
        assertThat(seen).hasSize(rows);
        assertThat(rows).isEqualTo(SCENES);
    }

    /** Every fact may be read in training; how it is asked as an exercise may not. */
    @ParameterizedTest
    @CsvSource({"choices, validation", "choices, test", "open, validation", "open, test"})
    void noExerciseOfATestIsLearntFrom(String kind, String split) throws IOException {
        Set<String> learnt = instructions("text/" + kind + "-train.json");
        Set<String> asked = instructions("text/" + kind + "-" + split + ".json");
        assertThat(asked).isNotEmpty().doesNotContainAnyElementsOf(learnt);
    }

    private static Set<String> instructions(String file) throws IOException {
        Set<String> asked = new HashSet<>();
        for (JsonObject row : rows(file)) {
            asked.add(row.get("instruction").getAsString());
        }
        return asked;
    }

    @Test
    void theBytesAreTheSameWhateverTheMachinesLanguageAndTime() throws IOException {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
            WorldFolder.write(folder.resolve("elsewhere"), SCENES, 2, 1, done -> {});
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
        assertThat(digests(folder.resolve("elsewhere"))).isEqualTo(digests(world));
    }

    /** By hand: a tenth each is held back, of all that are asked about a quarter teaches skills. */
    @Test
    void aTenthIsForValidationAndATenthForTesting() throws IOException {
        assertThat(rows("train.json")).hasSize(24);
        assertThat(rows("skills-train.json")).hasSize(8);
        assertThat(rows("test.json").size() + rows("skills-test.json").size()).isEqualTo(4);
        assertThat(rows("validation.json").size()
                        + rows("skills-validation.json").size())
                .isEqualTo(4);
        try (Stream<Path> portraits = Files.list(world.resolve("portraits/train"))) {
            assertThat(portraits).hasSize(2 * 32);
        }
    }

    @Test
    void noFileIsEmptyAndEveryTextEndsWithALine() throws IOException {
        for (String name : digests(world).keySet()) {
            byte[] bytes = Files.readAllBytes(world.resolve(name));
            assertThat(bytes).as(name).isNotEmpty();
            if (!name.endsWith(".png")) {
                assertThat(bytes[bytes.length - 1]).as(name).isEqualTo((byte) '\n');
                assertThat(new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                        .as(name)
                        .doesNotContain("\r");
            }
        }
    }
}
