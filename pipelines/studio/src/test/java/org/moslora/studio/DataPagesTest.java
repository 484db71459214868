package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/** Conversations and pictures with what is wrong with them. */
final class DataPagesTest {
    @TempDir
    Path folder;

    private StudioUnderTest studio;
    private TinyLlava tiny;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
        tiny = TinyLlava.write(
                studio.data.resolve("tiny"), TinyOptions.standard().withPictures(6, 2));
    }

    @AfterEach
    void end() {
        studio.close();
    }

    private String page(String path) throws IOException, InterruptedException {
        String[] page = {""};
        StudioUnderTest.until("rows", () -> {
            try {
                page[0] = studio.get(path).body();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
            return !page[0].contains("aria-busy=\"true\"");
        });
        return page[0];
    }

    @Test
    void aMissingPictureIsAProblemOfItsRow() throws IOException, InterruptedException {
        Path file = studio.data.resolve("spoilt.json");
        String text = Files.readString(tiny.train()).stripTrailing();
        Files.writeString(
                file,
                text.substring(0, text.length() - 1)
                        + ",{\"id\":\"<i>gone\",\"image\":\"gone.png\",\"conversations\":[{\"from\":\"human\",\"value\":\"<image>\\nWhat?\"},"
                        + "{\"from\":\"gpt\",\"value\":\"Nothing.\"}]},"
                        + "{\"id\":\"out\",\"image\":\"../../secret.png\",\"conversations\":[{\"from\":\"human\",\"value\":\"<image>\\nWhat?\"},"
                        + "{\"from\":\"gpt\",\"value\":\"No.\"}]}]");
        Files.move(tiny.images(), studio.data.resolve("images"));
        String problems = page("/data?problems=1&file=" + file);
        assertThat(problems)
                .contains("gone.png", "&lt;i&gt;gone", "leads out of the folder")
                .doesNotContain("<i>gone");
        assertThat(problems.split("data-testid=\"row\"", -1)).hasSize(3);
        assertThat(page("/data?rule=image-missing&file=" + file).split("data-testid=\"row\"", -1))
                .hasSize(2);
    }

    @Test
    void pairsOfAnswersShowWhichIsTheBetter() throws IOException, InterruptedException {
        Path file = studio.data.resolve("pairs.json");
        Files.writeString(
                file,
                "[{\"prompt\": \"2 + 2?\", \"chosen\": \"4\", \"rejected\": \"<b>5\"},"
                        + "{\"prompt\": \"3 + 3?\", \"chosen\": \"6\", \"rejected\": \"6\"}]");
        assertThat(page("/data?file=" + file).replace("\n", ""))
                .contains("2 rows, 1 with problems", "<b>chosen</b> <span>4</span>", "<b>rejected</b> <span>&lt;b&gt;5")
                .contains("chosen and rejected are the same answer");
    }

    @Test
    void aPictureIsShownAsItIsCutAndItsCaptionEdited() throws IOException, InterruptedException {
        Path first;
        try (var files = Files.list(tiny.images())) {
            first = files.sorted().findFirst().orElseThrow();
        }
        Files.copy(first, tiny.images().resolve("zz-again.png"));
        Files.copy(first, tiny.images().resolve(first.getFileName().toString().replace(".png", "-mask.png")));
        String page = page("/data?resolution=64&buckets=1&file=" + tiny.images());
        assertThat(page).contains("alt=\"Its mask\"", "with a mask");
        assertThat(page).contains("learnt as", "<rect ", "image-near-duplicate", "The picture that it looks like");
        JsonObject caption = new JsonObject();
        caption.addProperty("file", first.toString());
        caption.addProperty("caption", "a <b>red</b> ball");
        assertThat(studio.post("/data/caption", caption.toString()).status()).isEqualTo(200);
        Path text = first.resolveSibling(first.getFileName().toString().replaceFirst("\\.[a-z]+$", ".txt"));
        assertThat(Files.readString(text)).isEqualTo("a <b>red</b> ball\n");
        assertThat(page("/data?file=" + tiny.images())).contains("a &lt;b&gt;red&lt;/b&gt; ball");
        assertThat(studio.get("/data/picture?small=1&file=" + first).header("content-type"))
                .isEqualTo("image/png");
    }
}
