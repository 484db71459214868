package org.moslora.studio.folders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the folders that the user named, links followed, and what only looks as if it did. */
final class FoldersTest {
    @TempDir
    private Path temporary;

    private Path runs = Path.of("");
    private Path data = Path.of("");
    private Path secret = Path.of("");
    private Folders folders = new Folders(List.of(Path.of("")), List.of(), List.of());

    @BeforeEach
    void make() throws IOException {
        Path root = temporary.toRealPath();
        runs = Files.createDirectories(root.resolve("runs"));
        data = Files.createDirectories(root.resolve("data/inner/deep"))
                .getParent()
                .getParent();
        Files.createDirectories(root.resolve("data-other"));
        secret = Files.writeString(root.resolve("secret"), "secret");
        Files.writeString(data.resolve("inner/file"), "x");
        folders = new Folders(List.of(runs), List.of(), List.of(data));
    }

    @Test
    void whatIsThereAndInsideIsNamedByItsPlainPath() {
        assertThat(folders.named(data.resolve("inner/file").toString())).contains(data.resolve("inner/file"));
        assertThat(folders.named(data + "/inner/../inner/./file")).contains(data.resolve("inner/file"));
        assertThat(folders.named(data.toString())).contains(data);
        for (String text : List.of(
                "",
                "inner/file",
                data + "/none",
                data + "/../secret",
                data + "-other",
                secret.toString(),
                data + "/../data-other",
                "/",
                "//",
                "\u0000",
                data + "/inner/file\u0000.png")) {
            assertThat(folders.named(text)).as(text).isEmpty();
        }
    }

    @Test
    void linksAreFollowed() throws IOException {
        Files.createSymbolicLink(data.resolve("in"), data.resolve("inner/file"));
        Files.createSymbolicLink(data.resolve("out"), secret);
        Files.createSymbolicLink(data.resolve("across"), runs);
        Files.createSymbolicLink(data.resolve("loop"), data.resolve("loop"));
        assertThat(folders.named(data + "/in")).isPresent();
        assertThat(folders.named(data + "/out")).isEmpty();
        assertThat(folders.named(data + "/across"))
                .as("into another of the folders")
                .isPresent();
        assertThat(folders.named(data + "/loop")).isEmpty();
        assertThat(Folders.below(data, List.of("across")))
                .as("but not out of this one")
                .isEmpty();
        assertThat(Folders.below(data, List.of("in"))).isPresent();
    }

    /** A step back behind a link leads elsewhere than the text says; what is handed on is what was looked at. */
    @Test
    void aStepBackBehindALinkIsNoWayOut() throws IOException {
        Files.createSymbolicLink(data.resolve("link"), data.resolve("inner/deep"));
        Files.createSymbolicLink(data.resolve("twin"), secret);
        Files.writeString(data.resolve("inner/twin"), "harmless");
        Optional<Path> named = folders.named(data + "/link/../twin");
        assertThat(named.map(FoldersTest::read)).isNotEqualTo(Optional.of("secret"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return "unreadable";
        }
    }

    @Test
    void stepsGoDownOneByOne() {
        assertThat(Folders.below(data, List.of("inner", "file"))).contains(data.resolve("inner/file"));
        assertThat(Folders.below(data, List.of())).contains(data);
        for (List<String> steps : List.of(
                List.of(""),
                List.of("."),
                List.of("inner", ".."),
                List.of("..", "secret"),
                List.of("inner/file"),
                List.of("/etc"),
                List.of("none"),
                List.of("a\u0000b"))) {
            assertThat(Folders.below(data, steps)).as("%s", steps).isEmpty();
        }
    }

    @Test
    void whatIsStillToBeMadeLiesWhereItsFolderDoes() throws IOException {
        Files.createSymbolicLink(data.resolve("away"), secret.getParent().resolve("data-other"));
        assertThat(folders.wouldHold(runs.resolve("new"))).isTrue();
        assertThat(folders.wouldHold(runs.resolve("new/deeper/still"))).isTrue();
        assertThat(folders.wouldHold(runs.resolve("../elsewhere"))).isFalse();
        assertThat(folders.wouldHold(data.resolve("away/new"))).isFalse();
        assertThat(folders.wouldHold(Path.of("/"))).isFalse();
    }
}
