package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
        Files.createDirectories(root.resolve("runs/step-1.moslora-partial/left"));
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
    void linksAreFollowed() throws IOException {
        Path file = Files.writeString(root.resolve("kept.jsonl"), "old");
        Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("kept.jsonl"));
        DurableFiles.writeString(link, "new");
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new").isRegularFile();
        Path dangling = Files.createSymbolicLink(root.resolve("dangling"), root.resolve("made"));
        DurableFiles.writeString(dangling, "made");
        assertThat(dangling).isSymbolicLink();
        assertThat(root.resolve("made")).hasContent("made");
        Path disk = Files.createDirectory(root.resolve("disk"));
        Path mounted = Files.createSymbolicLink(root.resolve("folder"), disk);
        DurableFiles.writeFolder(mounted, partial -> Files.writeString(partial.resolve("a"), "1"));
        assertThat(mounted).isSymbolicLink();
        assertThat(disk.resolve("a")).hasContent("1");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void devicesAndPipesAreWrittenTo() throws Exception {
        DurableFiles.writeString(Path.of("/dev/null"), "gone");
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        Path pipe = root.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path read = root.resolve("read");
        Process reader = new ProcessBuilder("cat", pipe.toString())
                .redirectOutput(read.toFile())
                .start();
        DurableFiles.writeString(pipe, "through");
        assertThat(reader.waitFor()).isZero();
        assertThat(read).hasContent("through");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void aFolderDoesNotReplaceAFile() throws IOException {
        Path file = Files.writeString(root.resolve("thesis"), "mine");
        assertThatThrownBy(() -> DurableFiles.writeFolder(file, partial -> {}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("is no folder");
        assertThat(file).hasContent("mine");
    }

    @Test
    void digests() {
        Path file = root.resolve("abc");
        DurableFiles.writeString(file, "abc");
        assertThat(Digests.sha256(file)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatThrownBy(() -> Digests.sha256(root.resolve("absent"))).isInstanceOf(UncheckedIOException.class);
    }
}
