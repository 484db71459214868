package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.quickstart.outcome.Command;

/** Where things go, and what is never touched. */
final class QuickstartFolderTest {
    @TempDir
    Path folder;

    @Test
    void onlyWhatAQuickstartMadeIsReplaced() throws Exception {
        QuickstartFolder place = new QuickstartFolder(folder.resolve("quickstart"));
        place.claim(false);
        Files.writeString(place.report(), "old");
        Files.createDirectories(place.images());
        Path mine = Files.writeString(place.folder().resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> place.claim(false))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("--overwrite");
        assertThat(place.report()).hasContent("old");
        place.claim(true);
        assertThat(place.report()).doesNotExist();
        assertThat(place.world()).doesNotExist();
        assertThat(mine).hasContent("mine");
    }

    @Test
    void aFileIsNoFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new QuickstartFolder(file).claim(true)).hasMessageContaining("is a file");
    }

    @Test
    void modelsThatAreMissingAreNamedTogether() {
        assertThatThrownBy(() -> Bases.in(folder))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        wrong -> assertThat(wrong.problems())
                                .hasSize(2)
                                .anyMatch(problem -> problem.what().contains("llava"))
                                .anyMatch(problem -> problem.what().contains("stable-diffusion")));
    }

    @Test
    void aRecipeHasNoGaps() {
        assertThatThrownBy(() -> Recipe.of("visual", Map.of("command", "x"))).hasMessageContaining("${model}");
        assertThat(Recipe.quoted("C:\\it's")).isEqualTo("'C:\\it''s'");
    }

    @Test
    void commandsAreTypedAsAShellTakesThem() {
        assertThat(Command.typed(List.of("generate", "--prompt", "it's a cat", "--out", "a/b.png")))
                .isEqualTo("./moslora generate --prompt 'it'\\''s a cat' --out a/b.png");
    }
}
