package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class PromptFileTest {
    private static final String LINES = "\ufeff# comment\na photo of sks cat\n\n  \n"
            + "a cat, --n blurry, low-res --w 512 --h 768 --d 7 --s 20 --l 7.5 --t 0.6\n"
            + "a well--known cat -- in the snow\n--n only a negative\n";
    private static final String ROWS = "{\"prompt\": \"a cat\", \"negative\": \"x\", \"seed\": 3, \"steps\": 20,"
            + " \"guidance\": 5, \"scheduler\": \"ddim\", \"width\": 64, \"height\": 128, \"images\": 2,"
            + " \"clip_skip\": 1, \"strength\": 0.5, \"image\": \"a.png\", \"adapters\": [\"a:0.5\", \"b\"]}\n"
            + "\n{\"prompt\": \"\", \"seed\": null}\n";

    @TempDir
    Path folder;

    private List<PictureRequest> read(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        List<PictureRequest> requests = new ArrayList<>();
        try (PromptFile prompts = PromptFile.open(file)) {
            prompts.forEachRemaining(requests::add);
        }
        return requests;
    }

    @Test
    void aPromptALineWithFlagsAtItsEnd() throws IOException {
        List<PictureRequest> requests = read("p.txt", LINES);
        assertThat(requests)
                .containsExactly(
                        new PictureRequest("a photo of sks cat", Options.NONE),
                        new PictureRequest(
                                "a cat,",
                                Options.NONE
                                        .with(Option.NEGATIVE, "blurry, low-res")
                                        .with(Option.WIDTH, 512L)
                                        .with(Option.HEIGHT, 768L)
                                        .with(Option.SEED, 7L)
                                        .with(Option.STEPS, 20L)
                                        .with(Option.GUIDANCE, 7.5)
                                        .with(Option.STRENGTH, 0.6)),
                        new PictureRequest("a well--known cat -- in the snow", Options.NONE),
                        new PictureRequest("", Options.NONE.with(Option.NEGATIVE, "only a negative")));
        assertThat(PromptFile.check(folder.resolve("p.txt"))).isEqualTo(4);
    }

    @Test
    void anObjectALine() throws IOException {
        List<PictureRequest> requests = read("p.JSONL", ROWS);
        assertThat(requests).hasSize(2);
        Options options = requests.get(0).options();
        assertThat(options.get(Option.ADAPTERS, List.of()))
                .containsExactly(new AdapterUse("a", 0.5), new AdapterUse("b", 1));
        assertThat(options.get(Option.GUIDANCE)).contains(5.0);
        assertThat(options.get(Option.CLIP_SKIP)).contains(1L);
        assertThat(options.over(Options.NONE.with(Option.SEED, 9L)).get(Option.SEED))
                .contains(3L);
        assertThat(requests.get(1)).isEqualTo(new PictureRequest("", Options.NONE));
    }

    @Test
    void problemsAreToldByLine() throws IOException {
        Files.writeString(
                folder.resolve("bad.txt"), "ok\na --w 130\nb --x 3\nc --s --d -1\nd --l nan --t 0\ne --d 1e9999999\n");
        assertThatThrownBy(() -> PromptFile.check(folder.resolve("bad.txt")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("bad.txt:2: width must be a multiple of 8")
                .hasMessageContaining("130")
                .hasMessageContaining("bad.txt:3: --x")
                .hasMessageContaining("--n negative")
                .hasMessageContaining("bad.txt:4: steps")
                .hasMessageContaining("bad.txt:4: seed")
                .hasMessageContaining("bad.txt:5: guidance")
                .hasMessageContaining("bad.txt:5: strength")
                .hasMessageContaining("bad.txt:6: seed");
        Files.writeString(
                folder.resolve("bad.jsonl"),
                "{\"prompt\": 3, \"sed\": 1}\n[]\n{\n{\"prompt\": \"a\", \"steps\": 1.5, \"adapters\": [1]}\n");
        assertThatThrownBy(() -> PromptFile.check(folder.resolve("bad.jsonl")))
                .hasMessageContaining("bad.jsonl:1: \"sed\" is no option (did you mean seed?)")
                .hasMessageContaining("bad.jsonl:1: must have a \"prompt\"")
                .hasMessageContaining("bad.jsonl:2")
                .hasMessageContaining("bad.jsonl:3")
                .hasMessageContaining("bad.jsonl:4: steps")
                .hasMessageContaining("bad.jsonl:4: adapters");
    }

    @Test
    void filesThatAreNoneAreNamed() throws IOException {
        assertThatThrownBy(() -> PromptFile.open(folder.resolve("nowhere.txt"))).hasMessageContaining("nowhere.txt");
        Files.writeString(folder.resolve("empty.txt"), "\n# nothing\n");
        assertThatThrownBy(() -> PromptFile.check(folder.resolve("empty.txt"))).hasMessageContaining("no prompt");
        Files.write(folder.resolve("latin.txt"), "a\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PromptFile.check(folder.resolve("latin.txt")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("UTF-8");
    }

    /** {@code -Dtests.seed=N} repeats one sequence. */
    @Test
    void mutationsAreReadOrRefused() throws IOException {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 1500; i++) {
            byte[] bytes = (i % 2 == 0 ? LINES : ROWS).getBytes(StandardCharsets.UTF_8);
            for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
                int at = random.nextInt(bytes.length);
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(5) + 1, bytes.length - Math.max(at, from));
                System.arraycopy(bytes.clone(), from, bytes, at, length);
                bytes[at] = random.nextInt(4) == 0 ? (byte) random.nextInt(256) : bytes[at];
            }
            Path file = folder.resolve(i % 2 == 0 ? "m.txt" : "m.jsonl");
            Files.write(file, bytes);
            try {
                PromptFile.check(file);
            } catch (InvalidInput refused) {
                assertThat(refused.problems()).isNotEmpty();
            } catch (RuntimeException other) {
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                throw new AssertionError("mutation " + i + " of tests.seed=" + seed + ": " + text, other);
            }
        }
    }

    @Test
    void adaptersHaveAScale() {
        assertThat(AdapterUse.parse("", "C:\\a")).isEqualTo(new AdapterUse("C:\\a", 1));
        assertThat(AdapterUse.parse("", "run:-.5")).isEqualTo(new AdapterUse("run", -0.5));
        assertThat(AdapterUse.parse("", "a:b:2")).isEqualTo(new AdapterUse("a:b", 2));
        assertThat(new AdapterUse("a:1", 1)).hasToString("a:1:1");
        assertThat(new AdapterUse("a", 1)).hasToString("a");
        assertThatThrownBy(() -> AdapterUse.parse("--adapter", " ")).hasMessageContaining("--adapter");
        assertThatThrownBy(() -> AdapterUse.parse("--adapter", "a:1e999")).hasMessageContaining("1e999");
    }

    /** Half of a surrogate pair is to every system what a letter outside ASCII is under the locale C. */
    @Test
    void aNameThatIsNoPathHereIsToldWithItsRow() throws IOException {
        Path file = folder.resolve("odd.jsonl");
        Files.writeString(file, """
                {"prompt": "a", "image": "\\ud800.png"}
                {"prompt": "a", "adapters": ["\\ud800:0.5"]}
                """);
        assertThatThrownBy(() -> PromptFile.check(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("odd.jsonl:1", "image", "odd.jsonl:2", "adapters");
    }
}
