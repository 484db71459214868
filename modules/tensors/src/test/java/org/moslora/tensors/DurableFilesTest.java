package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    Path root;

    @Test
    void filesAppearWholeAndReplaceOthers() {
        Path file = root.resolve("some/where/a.json");
        DurableFiles.writeString(file, "{\"a\": 1}");
        DurableFiles.writeString(file, "é");
        assertThat(file).hasBinaryContent(new byte[] {(byte) 0xc3, (byte) 0xa9});
        assertThat(file.getParent().toFile().list()).containsExactly("a.json");
    }

    @Test
    void afterAFailureTheOldFileIsStillThere() {
        Path file = root.resolve("a.json");
        DurableFiles.writeString(file, "old");
        assertThatThrownBy(() -> DurableFiles.write(file, channel -> {
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a.json cannot be written: No space left on device");
        assertThatThrownBy(() -> DurableFiles.write(file, channel -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasContent("old");
        assertThat(root.toFile().list()).containsExactly("a.json");
    }

    @Test
    void foldersAppearWhole() throws IOException {
        Path folder = root.resolve("runs/step-1");
        Files.createDirectories(root.resolve("runs/step-1.partial/left"));
        DurableFiles.writeFolder(folder, partial -> {
            assertThat(partial).isEmptyDirectory();
            assertThat(folder).doesNotExist();
            DurableFiles.writeString(partial.resolve("adapter/a.json"), "a");
            Files.writeString(partial.resolve("plain"), "b");
        });
        assertThat(folder.resolve("adapter/a.json")).hasContent("a");
        assertThat(folder.resolve("plain")).hasContent("b");
        assertThat(root.resolve("runs").toFile().list()).containsExactly("step-1");
    }

    @Test
    void aFolderReplacesAnother() {
        Path folder = root.resolve("adapter");
        DurableFiles.writeFolder(folder, partial -> Files.writeString(partial.resolve("old"), "1"));
        DurableFiles.writeFolder(folder, partial -> Files.writeString(partial.resolve("new"), "2"));
        assertThat(folder.toFile().list()).containsExactly("new");
        assertThat(root.toFile().list()).containsExactly("adapter");
    }

    @Test
    void aFolderThatFailsLeavesTheOldOne() {
        Path folder = root.resolve("adapter");
        DurableFiles.writeFolder(folder, partial -> Files.writeString(partial.resolve("old"), "1"));
        assertThatThrownBy(() -> DurableFiles.writeFolder(folder, partial -> {
                    Files.writeString(partial.resolve("new"), "2");
                    throw new IOException("disk full");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("adapter cannot be written: disk full");
        assertThat(folder.toFile().list()).containsExactly("old");
        assertThat(root.toFile().list()).containsExactly("adapter");
    }

    @Test
    void linksInAFolderAreNotFollowedWhenItIsReplaced() throws IOException {
        Path kept = Files.writeString(root.resolve("kept"), "x");
        Path folder = root.resolve("adapter");
        DurableFiles.writeFolder(folder, partial -> Files.createSymbolicLink(partial.resolve("link"), root));
        DurableFiles.writeFolder(folder, partial -> {});
        assertThat(kept).exists();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void digests() {
        Path file = root.resolve("abc");
        DurableFiles.writeString(file, "abc");
        assertThat(Digests.sha256(file)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatThrownBy(() -> Digests.sha256(root.resolve("absent"))).isInstanceOf(UncheckedIOException.class);
    }
}
