package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A world on disk is a data set like any other to the rest of the program. */
final class WorldVerbTest {
    @TempDir
    Path folder;

    @Test
    void itsDataPassesTheDeepCheck() {
        Path world = folder.resolve("world");
        Program.run("world", "--out", world, "--scenes", 40, "--seed", 3, "--quiet")
                .mustSucceed();
        for (String data : new String[] {"train.json", "test.json", "skills-train.json", "skills-test.json"}) {
            Program.Outcome checked = Program.run(
                            "check", "--data", world.resolve(data), "--images", world.resolve("images"), "--deep")
                    .mustSucceed();
            assertThat(checked.err()).contains("nothing wrong");
        }
    }

    @Test
    void aWorldIsNotWrittenOverWithoutAWord() throws Exception {
        Path world = folder.resolve("world");
        Program.run("world", "--out", world, "--scenes", 10, "--quiet").mustSucceed();
        byte[] before = Files.readAllBytes(world.resolve("train.json"));
        Program.Outcome refused = Program.run("world", "--out", world, "--scenes", 12, "--seed", 9);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains("--overwrite");
        assertThat(Files.readAllBytes(world.resolve("train.json"))).isEqualTo(before);
        Program.run("world", "--out", world, "--scenes", 12, "--seed", 9, "--overwrite", "--quiet")
                .mustSucceed();
        assertThat(Files.readAllBytes(world.resolve("train.json"))).isNotEqualTo(before);
    }

    @Test
    void tooFewScenesAreTheUsersMistake() {
        Program.Outcome refused = Program.run("world", "--out", folder.resolve("none"), "--scenes", 3);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains("--scenes", "at least 10, got 3");
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
