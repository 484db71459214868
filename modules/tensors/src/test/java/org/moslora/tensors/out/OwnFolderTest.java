package org.moslora.tensors.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what was written here is replaced. */
final class OwnFolderTest {
    @TempDir
    private Path root;

    private Path written(String name, String text) {
        Path folder = root.resolve(name);
        OwnFolder.write(folder, partial -> {
            Files.createDirectories(partial.resolve("unet"));
            Files.writeString(partial.resolve("config.json"), text);
            Files.writeString(partial.resolve("unet/model.onnx"), text);
        });
        return folder;
    }

    @Test
    void whatWasWrittenIsReplacedAndTheSameBytesHaveTheSameList() {
        Path folder = written("out", "old");
        written("out", "new");
        assertThat(folder.resolve("unet/model.onnx")).hasContent("new");
        assertThat(OwnFolder.others(folder)).isEmpty();
        assertThat(folder.resolve(OwnFolder.LIST))
                .hasSameBinaryContentAs(written("again", "new").resolve(OwnFolder.LIST));
    }

    @Test
    void anythingElseIsNamedAndStays() throws IOException {
        Path folder = written("out", "text");
        Path thesis = Files.writeString(folder.resolve("unet/thesis.txt"), "mine");
        Files.writeString(folder.resolve("config.json"), "mint");
        Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(OwnFolder.others(folder)).containsExactly("config.json", "link", "unet/thesis.txt");
        assertThatThrownBy(() -> written("out", "new"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("unet/thesis.txt");
        assertThat(thesis).hasContent("mine");
        assertThat(folder.resolve("unet/model.onnx")).hasContent("text");
    }

    @Test
    void aFolderWithoutAListIsSomebodyElses() throws IOException {
        Path home = Files.createDirectory(root.resolve("home"));
        Files.writeString(home.resolve("thesis.txt"), "mine");
        assertThat(OwnFolder.others(home)).containsExactly("thesis.txt");
        Files.writeString(home.resolve(OwnFolder.LIST), "{\"files\": []}");
        assertThat(OwnFolder.others(home)).contains("thesis.txt");
        assertThat(OwnFolder.others(root.resolve("absent"))).isEmpty();
    }

    @Test
    void whatAppearsMeanwhileStays() {
        Path folder = root.resolve("slow");
        assertThatThrownBy(() -> OwnFolder.write(folder, partial -> {
                    Files.createDirectories(folder);
                    Files.writeString(folder.resolve("thesis.txt"), "mine");
                }))
                .hasMessageContaining("thesis.txt");
        assertThat(folder.resolve("thesis.txt")).hasContent("mine");
    }

    @Test
    void aFolderThatIsFilledBitByBitIsListedAtItsEnd() throws IOException {
        Path folder = Files.createDirectory(root.resolve("story"));
        List<String> own = List.of("world", "report.html");
        OwnFolder.begin(folder);
        Files.createDirectories(folder.resolve("world"));
        Files.writeString(folder.resolve("world/a"), "1");
        assertThat(OwnFolder.others(folder, own)).isEmpty();
        OwnFolder.complete(folder, own);
        assertThat(OwnFolder.others(folder, own)).isEmpty();
        Files.writeString(folder.resolve("world/thesis.txt"), "mine");
        Files.writeString(folder.resolve("beside.txt"), "mine, and in nobody's way");
        assertThat(OwnFolder.others(folder, own)).containsExactly("world/thesis.txt");
    }
}
