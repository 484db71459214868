package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process that was killed leaves beside a file or folder, at each of its steps, and what the next one makes of it. */
class LeftByCrashTest {
    @TempDir
    Path root;

    private Path folder(String name, String text) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.writeString(folder.resolve("file"), text);
        return folder;
    }

    /** Killed while it filled, between its two renames, and before it deleted what it had moved aside. */
    @ParameterizedTest
    @CsvSource({"true, true, false", "true, false, true", "false, true, true", "false, true, false", "true, true, true"
    })
    void theNextFolderIsWholeWhereverTheLastWasKilled(boolean there, boolean partial, boolean aside)
            throws IOException {
        if (there) {
            folder("adapter", "old");
        }
        if (partial) {
            folder("adapter.moslora-partial", "half");
        }
        if (aside) {
            folder("adapter.moslora-replaced", "older");
        }

        DurableFiles.writeFolder(root.resolve("adapter"), folder -> {
            assertThat(folder).isEmptyDirectory();
            Files.writeString(folder.resolve("file"), "new");
        });

        assertThat(root.toFile().list()).containsExactly("adapter");
        assertThat(root.resolve("adapter/file")).hasContent("new");
    }

    @Test
    void theNextFileIsWholeThoughALongerOneWasLeftHalf() throws IOException {
        Files.writeString(root.resolve("a.json.moslora-partial"), "much longer than what comes");

        DurableFiles.writeString(root.resolve("a.json"), "new");

        assertThat(root.toFile().list()).containsExactly("a.json");
        assertThat(root.resolve("a.json")).hasContent("new");
    }

    /** A disk that fills up after so many bytes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 10_000})
    void aFileThatFailsAtAnyByteLeavesTheOldOne(int bytes) {
        Path file = root.resolve("weights");
        DurableFiles.writeString(file, "old");

        assertThatThrownBy(() -> DurableFiles.write(file, channel -> {
                    channel.write(ByteBuffer.allocate(bytes));
                    throw new IOException("No space left on device");
                }))
                .hasMessageContaining("weights cannot be written: No space left on device");

        assertThat(file).hasContent("old");
        assertThat(root.toFile().list()).containsExactly("weights");
    }

    /** Readers that look while another is written see the old one whole, never half of the new one. */
    @Test
    void theOldFileIsThereUntilTheNewOneIsWhole() throws IOException {
        Path file = root.resolve("weights");
        DurableFiles.writeString(file, "old");
        List<String> seen = new ArrayList<>();

        DurableFiles.write(file, channel -> {
            for (int i = 0; i < 3; i++) {
                channel.write(ByteBuffer.wrap(new byte[] {'n'}));
                seen.add(Files.readString(file));
            }
        });

        assertThat(seen).containsExactly("old", "old", "old");
        assertThat(file).hasContent("nnn");
    }

    @ParameterizedTest
    @CsvSource({
        "a.moslora-partial, true",
        "a.moslora-replaced, true",
        "a.moslora-partial-12, true",
        ".moslora-partial, true",
        "a.moslora-partial-, false",
        "a.moslora-partial-x, false",
        "a.moslora-partial.txt, false",
        "moslora-partial, false",
        "a.moslora, false",
        "a, false"
    })
    void whatPassesIsKnownByItsName(String name, boolean passing) {
        assertThat(DurableFiles.isPassing(name)).isEqualTo(passing);
    }

    /** Two processes, of which one does not know yet that the other took over, do not meet on the way. */
    @Test
    void numberedProcessesHaveNamesOfTheirOwnOnTheWay() throws IOException {
        List<String> names = new ArrayList<>();
        Path out = root.resolve("out");
        for (int number : new int[] {1, 2}) {
            DurableFiles.numbered(
                    number,
                    () -> DurableFiles.writeFolder(out, partial -> {
                        names.add(partial.getFileName().toString());
                        Files.writeString(partial.resolve("by"), "" + number);
                    }));
        }
        DurableFiles.writeFolder(
                root.resolve("later"),
                partial -> names.add(partial.getFileName().toString()));

        assertThat(names)
                .containsExactly("out.moslora-partial-1", "out.moslora-partial-2", "later.moslora-partial")
                .allMatch(DurableFiles::isPassing);
        assertThat(out.resolve("by")).hasContent("2");
    }

    @Test
    void linksThatLeadInARingAreNoPlace() throws IOException {
        Path first = root.resolve("first");
        Files.createSymbolicLink(first, Path.of("second"));
        Files.createSymbolicLink(root.resolve("second"), Path.of("first"));

        assertThatThrownBy(() -> DurableFiles.writeString(first, "x")).hasMessageContaining("first cannot be written");
        assertThat(first).isSymbolicLink();
    }

    /** Test vectors of FIPS 180-2 and of the NESSIE project. */
    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "1000000, cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    })
    void digestsAreTheStandards(int letters, String sha256) throws IOException {
        Path file = Files.writeString(root.resolve("a"), "a".repeat(letters));

        assertThat(Digests.sha256(file)).isEqualTo(sha256);
        assertThat(Digests.sha256OfText("a".repeat(letters))).isEqualTo(sha256);
        assertThat(Digests.sha256OfBeginning(file)).isEqualTo(sha256);
    }
}
