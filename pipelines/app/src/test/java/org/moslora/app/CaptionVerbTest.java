package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code caption}: texts beside pictures, the same every time, and never over what somebody wrote. */
final class CaptionVerbTest {
    @TempDir
    static Path folder;

    private static TinyCase tiny;

    @BeforeAll
    static void make() {
        tiny = TinyCase.in(folder);
    }

    private static Program.Outcome caption(Path images, Object... more) {
        List<Object> words =
                new ArrayList<>(List.of("caption", "--model", tiny.llava().model(), "--images", images));
        words.addAll(List.of("--template", "vicuna_v1", "--max-new-tokens", 6, "--threads", 1, "--quiet"));
        words.addAll(List.of(more));
        return Program.run(words.toArray());
    }

    private static Path pictures(String name) throws IOException {
        Path images = Files.createDirectories(folder.resolve(name));
        for (int i = 1; i <= 3; i++) {
            String file = "train-000" + i + ".png";
            Files.copy(tiny.llava().images().resolve(file), images.resolve(file));
        }
        return images;
    }

    private static List<String> texts(Path images) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(each -> each.toString().endsWith(".txt"))
                    .sorted()
                    .toList()) {
                texts.add(file.getFileName() + ": " + Files.readString(file).strip());
            }
            return texts;
        }
    }

    @Test
    void everyPictureGetsTheTextThatChatAnswers() throws IOException {
        Path images = pictures("all");
        Program.Outcome first = caption(images, "--prompt", "Which colour?").mustSucceed();
        assertThat(first.out()).contains("\"written\":3");
        List<String> texts = texts(images);
        assertThat(texts).hasSize(3);
        String chat = Program.run(
                        "chat",
                        "--model",
                        tiny.llava().model(),
                        "--image",
                        images.resolve("train-0001.png"),
                        "--template",
                        "vicuna_v1",
                        "--max-new-tokens",
                        6,
                        "--threads",
                        1,
                        "Which colour?")
                .mustSucceed()
                .out();
        assertThat(texts.get(0))
                .isEqualTo("train-0001.txt: "
                        + chat.replaceAll("(\\s|\\\\u00[\\da-f]{2})+", " ").strip());
        assertThat(caption(images, "--prompt", "Which colour?").mustSucceed().out())
                .contains("\"there\":3", "\"written\":0");
        Files.delete(images.resolve("train-0002.txt"));
        assertThat(caption(images, "--prompt", "Which colour?").mustSucceed().out())
                .contains("\"there\":2", "\"written\":1");
        assertThat(texts(images)).isEqualTo(texts);
    }

    @Test
    void whatSomebodyWroteStays() throws IOException {
        Path images = pictures("mine");
        Files.writeString(images.resolve("train-0001.txt"), "my own words\n");
        assertThat(caption(images).mustSucceed().out()).contains("\"kept\":1", "\"written\":2");
        // Changed after it was written, it is somebody's; otherwise asked, the program's own is written anew.
        Files.writeString(images.resolve("train-0002.txt"), "corrected\n");
        assertThat(caption(images, "--prompt", "What shape?").mustSucceed().out())
                .contains("\"kept\":2", "\"written\":1", "\"there\":0");
        assertThat(texts(images)).contains("train-0001.txt: my own words", "train-0002.txt: corrected");
    }

    @Test
    void whatCannotBeDescribedIsSaid() throws IOException {
        Path images = pictures("odd");
        Files.writeString(images.resolve("broken.png"), "no picture");
        Program.Outcome outcome = caption(images);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).contains("\"failed\":1", "\"written\":3");
        Files.delete(images.resolve("broken.png"));
        Files.copy(images.resolve("train-0001.png"), images.resolve("train-0001.jpg"));
        assertThat(caption(images).errors()).anyMatch(line -> line.contains("train-0001.txt"));
        assertThat(caption(folder.resolve("nowhere")).code()).isEqualTo(2);
        assertThat(caption(Files.createDirectories(folder.resolve("empty"))).code())
                .isEqualTo(2);
    }
}
