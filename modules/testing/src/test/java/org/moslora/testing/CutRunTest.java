package org.moslora.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.training.RunFolder;

/** Folders as tests compare, copy and cut them: nothing of the original is touched, and nothing is overlooked. */
class CutRunTest {
    @TempDir
    private Path folder;

    private RunFolder whole;

    @BeforeEach
    void write() throws IOException {
        whole = new RunFolder(folder.resolve("whole"));
        for (int step : new int[] {2, 9, 10, 100}) {
            file(String.format(Locale.ROOT, "checkpoints/step-%06d/state", step), "after " + step);
        }
        for (String made : new String[] {"adapter/weights", "adapter-ema/x", "adapter-last/x", "model/x", "loss.png"}) {
            file(made, made);
        }
        file("metrics.jsonl", "abc");
        file("recipe.yaml", "pipeline: x");
    }

    private void file(String name, String text) throws IOException {
        Path file = whole.path().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** By their numbers and not by their letters. */
    @Test
    void aCutRunHasTheCheckpointsUntilThenAndNoResult() {
        SortedMap<String, String> before = Trees.digests(whole.path());
        RunFolder cut = CutRun.after(whole, folder.resolve("cut"), 10);
        assertThat(Trees.digests(cut.path()).keySet())
                .containsExactly(
                        "checkpoints/step-000002/state",
                        "checkpoints/step-000009/state",
                        "checkpoints/step-000010/state",
                        "metrics.jsonl",
                        "recipe.yaml");
        assertThat(Trees.digests(whole.path())).isEqualTo(before);
    }

    @Test
    void aRunThatIsCutAtItsStartHasNoCheckpointAndOneAtItsEndHasAll() {
        assertThat(CutRun.after(whole, folder.resolve("start"), 0).checkpoints())
                .isEmptyDirectory();
        assertThat(Trees.files(CutRun.after(whole, folder.resolve("end"), 100).checkpoints()))
                .hasSize(4);
    }

    /** FIPS 180-4's example. */
    @Test
    void digestsAreThoseOfTheBytes() {
        assertThat(Trees.digests(whole.path()))
                .containsEntry("metrics.jsonl", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
                .hasSize(11);
    }

    @Test
    void filesComeInTheOrderOfTheirNamesAndFoldersAreNone() {
        assertThat(Trees.files(whole.path())).hasSize(11).isSorted().allMatch(Files::isRegularFile);
        assertThatThrownBy(() -> Trees.files(folder.resolve("nowhere"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aCopyIsWholeAndOverwritesNothing() throws IOException {
        Path copy = Trees.copy(whole.path(), folder.resolve("copy"));
        assertThat(Trees.digests(copy)).isEqualTo(Trees.digests(whole.path()));
        Path there = Files.writeString(folder.resolve("there"), "mine");
        assertThatThrownBy(() -> Trees.copy(whole.metrics(), there))
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(there).hasContent("mine");
    }

    @Test
    void whatIsDeletedIsGoneAndWhatIsNotThereIsNoFailure() {
        Trees.delete(whole.checkpoints());
        Trees.delete(whole.metrics());
        Trees.delete(folder.resolve("nowhere"));
        assertThat(Trees.files(whole.path())).hasSize(6);
    }
}
