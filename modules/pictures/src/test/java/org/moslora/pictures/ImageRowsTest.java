package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class ImageRowsTest {
    private static final GenerationParameters FIRST = new GenerationParameters(
            new PictureRequest(
                    "a \"cat\"\n猫",
                    Options.NONE.with(Option.SEED, 40L).with(Option.ADAPTERS, List.of(new AdapterUse("a", 0.5)))),
            "sd15",
            Map.of("Model hash", "45dee52b"));
    private static final GenerationParameters SECOND =
            new GenerationParameters(new PictureRequest("", Options.NONE), "", Map.of());

    @TempDir
    Path folder;

    @Test
    void rowsComeBackInTheirOrder() {
        assertThat(ImageRows.read(folder)).isEmpty();
        ImageRows.append(folder, "00000-40.png", FIRST);
        ImageRows.append(folder, "00001-41.png", SECOND);
        assertThat(ImageRows.read(folder))
                .containsExactly(Map.entry("00000-40.png", FIRST), Map.entry("00001-41.png", SECOND));
    }

    @Test
    void halfARowAtTheEndCountsForNothing() throws IOException {
        ImageRows.append(folder, "00000-40.png", FIRST);
        Path file = folder.resolve(ImageRows.NAME);
        Files.writeString(file, "{\"file\": \"00001", StandardOpenOption.APPEND);
        assertThat(ImageRows.read(folder)).containsOnlyKeys("00000-40.png");
        ImageRows.mend(folder);
        ImageRows.append(folder, "00001-41.png", SECOND);
        assertThat(ImageRows.read(folder)).containsOnlyKeys("00000-40.png", "00001-41.png");
        Files.writeString(file, "no row\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> ImageRows.read(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("images.jsonl:3");
    }

    @Test
    void rowsArePromptsToo() {
        ImageRows.append(folder, "00000-40.png", FIRST);
        try (PromptFile prompts = PromptFile.open(folder.resolve(ImageRows.NAME))) {
            assertThat(prompts.next()).isEqualTo(FIRST.request());
            assertThat(prompts.hasNext()).isFalse();
        }
    }
}
