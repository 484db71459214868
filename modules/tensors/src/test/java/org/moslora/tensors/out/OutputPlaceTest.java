package org.moslora.tensors.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** An input is never an output. */
final class OutputPlaceTest {
    @TempDir
    private Path root;

    private void refused(Path out, List<Path> inputs, String words) {
        assertThatThrownBy(() -> OutputPlace.folder(out, true, inputs))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(words);
    }

    @Test
    void anInputIsNoOutputHoweverItIsNamed() throws IOException {
        Path model = Files.createDirectories(root.resolve("models/base"));
        Files.writeString(model.resolve("config.json"), "{}");
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("models"));
        List<Path> inputs = List.of(model);
        refused(model, inputs, "which is read");
        refused(link.resolve("base"), inputs, "which is read");
        refused(root.resolve("models/other/../base"), inputs, "which is read");
        refused(root.resolve("models"), inputs, "holds");
        refused(link, inputs, "holds");
        refused(model.resolve("merged"), inputs, "lies in");
        refused(link.resolve("base/deep/merged"), inputs, "lies in");
        refused(Path.of("/"), inputs, "no place of its own");
        refused(model, List.of(link.resolve("base")), "which is read");
        assertThat(model.resolve("config.json")).hasContent("{}");
        OutputPlace.folder(root.resolve("models/merged"), true, inputs).close();
    }

    @Test
    void aModelThatConsistsOfLinksIsWhereTheyLead() throws IOException {
        Path blobs = Files.createDirectories(root.resolve("blobs"));
        Files.writeString(blobs.resolve("a"), "weights");
        Path model = Files.createDirectories(root.resolve("snapshot"));
        Files.createSymbolicLink(model.resolve("model.safetensors"), blobs.resolve("a"));
        refused(blobs, List.of(model), "points to");
    }

    @Test
    void aLinkThatLeadsNowhereYetIsFollowed() throws IOException {
        Path model = Files.createDirectories(root.resolve("base"));
        Path link = Files.createSymbolicLink(root.resolve("link"), model.resolve("merged"));
        refused(link, List.of(model), "lies in");
    }

    @Test
    void filesAreReplacedOnlyIfTheyAreOnesOwn() throws IOException {
        Path file = Files.writeString(root.resolve("thesis.safetensors"), "mine");
        assertThatThrownBy(() -> OutputPlace.file(file, true, List.of(), path -> false))
                .hasMessageContaining("did not write");
        assertThatThrownBy(() -> OutputPlace.file(file, false, List.of(), path -> true))
                .hasMessageContaining("give overwrite");
        assertThatThrownBy(() -> OutputPlace.file(file, true, List.of(file), path -> true))
                .hasMessageContaining("which is read");
        assertThatThrownBy(() -> OutputPlace.folder(file, true, List.of())).hasMessageContaining("is a file");
        assertThatThrownBy(() -> OutputPlace.file(root, true, List.of(), path -> true))
                .hasMessageContaining("is a folder");
        OutputPlace.file(file, true, List.of(), path -> true).close();
    }

    @Test
    void rowsMayLieBesideInputsButReplaceNone() throws IOException {
        Path images = Files.createDirectories(root.resolve("images"));
        Path picture = Files.writeString(images.resolve("cat.jpg"), "cat");
        Path data = Files.writeString(root.resolve("data.json"), "[]");
        assertThatThrownBy(() -> OutputPlace.rows(picture, List.of(data), List.of(images), path -> false))
                .hasMessageContaining("which is read");
        assertThatThrownBy(() -> OutputPlace.rows(data, List.of(data), List.of(images), path -> true))
                .hasMessageContaining("which is read");
        OutputPlace.rows(images.resolve("new.jsonl"), List.of(data), List.of(images), path -> false)
                .close();
        assertThatThrownBy(() -> OutputPlace.mustBeOutside(images.resolve("x"), List.of(images)))
                .hasMessageContaining("lies in");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPlaceThatNothingCanBeWrittenToIsNotTaken() {
        Path no = Path.of("/proc/moslora/out");
        for (ThrowingCallable taking : List.<ThrowingCallable>of(
                () -> OutputPlace.folder(no, true, List.of()),
                () -> OutputPlace.file(no, true, List.of(), path -> true),
                () -> OutputPlace.rows(no, List.of(), List.of(), path -> true),
                () -> OutputLock.inside("out " + no, no))) {
            assertThatThrownBy(taking)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll("out " + no, "nothing can be made in /proc");
        }
    }
}
