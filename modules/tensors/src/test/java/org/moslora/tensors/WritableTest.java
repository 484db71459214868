package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class WritableTest {
    @TempDir
    Path folder;

    @Test
    void whereSomethingCanBeMadeNothingIsSaidOrLeft() {
        Writable.folder("--out", folder.resolve("a/b/c"));
        Writable.file("--out", folder.resolve("a/b.jsonl"));
        Writable.folder("--out", folder);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatAKillLeftOfAnEarlierLookGoesWithTheNext() throws IOException {
        Files.createFile(folder.resolve(".moslora-probe"));
        Writable.folder("--out", folder);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Writable.folder("output", file.resolve("run")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("output", "is a file");
        assertThatCode(() -> Writable.file("--out", file)).doesNotThrowAnyException();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void evenASuperuserIsToldWhereNothingCanBeMade() {
        assertThatThrownBy(() -> Writable.folder("--out", Path.of("/proc/x/run")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("--out", "nothing can be made in /proc");
        assertThatCode(() -> Writable.file("--out", Path.of("/dev/null"))).doesNotThrowAnyException();
    }
}
