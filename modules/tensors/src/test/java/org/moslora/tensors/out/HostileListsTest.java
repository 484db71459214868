package org.moslora.tensors.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list of one's own files speaks for them alone, whoever wrote it and whatever became of them since. */
class HostileListsTest {
    @TempDir
    Path root;

    private Path written() {
        Path folder = root.resolve("out");
        OwnFolder.write(folder, partial -> {
            Files.createDirectories(partial.resolve("a/b"));
            Files.writeString(partial.resolve("a/b/deep.txt"), "deep");
            Files.writeString(partial.resolve("top.txt"), "top");
        });
        return folder;
    }

    /** Lists that are none: each leaves the thesis beside it somebody else's, and none breaks the program off. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"files\": null}",
                "{\"files\": 3}",
                "{\"files\": {}}",
                "{\"files\": {\"thesis.txt\": null}}",
                "{\"files\": {\"thesis.txt\": true}}",
                "{\"files\": {\"thesis.txt\": [4]}}",
                "{\"files\": {\"thesis.txt\": [4, \"\"]}}",
                "{\"files\": {\"../thesis.txt\": [4, \"x\"], \"/\": []}}",
                "{\"files\": {\"a\\u0000b\": [4, \"x\"]}}",
                "{\"files\": {\"\": [4, \"x\"]}}",
                "{\"files\": {\"thesis.txt\": [4, \"x\"]",
                "\u0000\u0001"
            })
    void whatAListDoesNotSayRightIsSomebodyElses(String list) throws IOException {
        Path folder = Files.createDirectory(root.resolve("home"));
        Path thesis = Files.writeString(folder.resolve("thesis.txt"), "mine");
        Files.writeString(folder.resolve(OwnFolder.LIST), list);

        assertThat(OwnFolder.others(folder)).contains("thesis.txt");
        assertThatThrownBy(() -> OwnFolder.write(folder, partial -> {})).isInstanceOf(UncheckedIOException.class);
        assertThat(thesis).hasContent("mine");
    }

    @Test
    void aFileThatChangedInOneByteOrGrewIsNoLongerOnesOwn() throws IOException {
        Path folder = written();
        Files.writeString(folder.resolve("top.txt"), "tip");
        Files.writeString(folder.resolve("a/b/deep.txt"), "deeper");

        assertThat(OwnFolder.others(folder)).containsExactly("a/b/deep.txt", "top.txt");
    }

    /** Of files beyond a mebibyte the beginning and the size are looked at. */
    @Test
    void largeFilesAreToldBySizeAndBeginning() throws IOException {
        byte[] large = new byte[(1 << 20) + 100];
        Path folder = root.resolve("large");
        OwnFolder.write(folder, partial -> Files.write(partial.resolve("w"), large));
        assertThat(OwnFolder.others(folder)).isEmpty();

        large[5] = 1;
        Files.write(folder.resolve("w"), large);
        assertThat(OwnFolder.others(folder)).containsExactly("w");
        large[5] = 0;
        Files.write(folder.resolve("w"), Arrays.copyOf(large, large.length + 1));
        assertThat(OwnFolder.others(folder)).containsExactly("w");
        Files.write(folder.resolve("w"), large);
        assertThat(OwnFolder.others(folder)).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsNoLoss() throws IOException {
        Path folder = written();
        Files.delete(folder.resolve("top.txt"));

        assertThat(OwnFolder.others(folder)).isEmpty();
        written();
        assertThat(folder.resolve("top.txt")).hasContent("top");
    }

    @Test
    void aLinkInTheNameOfOnesOwnFileIsSomebodyElses() throws IOException {
        Path folder = written();
        Path elsewhere = Files.writeString(root.resolve("elsewhere"), "top");
        Files.delete(folder.resolve("top.txt"));
        Files.createSymbolicLink(folder.resolve("top.txt"), elsewhere);

        assertThat(OwnFolder.others(folder)).containsExactly("top.txt");
    }

    @Test
    void anEmptyFolderOfSomebodyElseIsNamedToo() throws IOException {
        Path folder = written();
        Files.createDirectories(folder.resolve("a/photos"));

        assertThat(OwnFolder.others(folder)).containsExactly("a/photos");
    }

    /** A filling that fails leaves what was there, list and all. */
    @Test
    void aFillingThatFailsLeavesTheOldFilesOnesOwn() {
        Path folder = written();

        assertThatThrownBy(() -> OwnFolder.write(folder, partial -> {
                    Files.writeString(partial.resolve("new"), "x");
                    throw new IllegalStateException("broken off");
                }))
                .hasMessageContaining("broken off");
        assertThat(OwnFolder.others(folder)).isEmpty();
        assertThat(folder.resolve("a/b/deep.txt")).hasContent("deep");
        assertThat(root.toFile().list()).containsExactly("out");
    }

    @Test
    void aFolderThatWasBegunAndCutOffIsTakenUpAgain() throws IOException {
        Path folder = Files.createDirectory(root.resolve("story"));
        OwnFolder.begin(folder);
        Files.writeString(folder.resolve("half.txt"), "half");

        assertThat(OwnFolder.others(folder, List.of("half.txt"))).isEmpty();
        Files.delete(folder.resolve(OwnFolder.LIST));
        assertThat(OwnFolder.others(folder, List.of("half.txt"))).containsExactly("half.txt");
        assertThat(OwnFolder.others(folder, List.of("other.txt"))).isEmpty();
    }
}
