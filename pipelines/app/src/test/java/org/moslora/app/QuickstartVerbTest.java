package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.clip.ClipModel;
import org.moslora.datasets.miniature.TuningSizes;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.miniature.blank.BlankClip;
import org.moslora.problems.InvalidInput;
import org.moslora.quickstart.Bases;
import org.moslora.quickstart.Plan;
import org.moslora.quickstart.Quickstart;

/** Both stories in small, on models that know nothing: all of it is run, and what the report says can be run again. */
final class QuickstartVerbTest {
    private static final Plan SMALL = new Plan(new TuningSizes(24, 6, 3), 3, 2, 3, 1, 2, 5);
    private static final Pattern COMMAND = Pattern.compile("<code>(\\./moslora [^<]*)</code>");

    @TempDir
    static Path folder;

    private static Bases bases;
    private static Path report;
    private static String tables;

    @BeforeAll
    static void run() throws Exception {
        TinyLlava llava =
                TinyLlava.write(folder.resolve("l"), TinyOptions.standard().withPictures(1, 1));
        TinyDiffusion painter = TinyDiffusion.first(folder.resolve("d"), 1, 1);
        Path clip = Files.createDirectories(folder.resolve("clip"));
        BlankClip.write(clip, 1);
        bases = new Bases(llava.model(), painter.model(), clip);
        StringWriter out = new StringWriter();
        Engine.start(1);
        try (ClipModel judge = ClipModel.open(clip, Compute.cpu())) {
            report = quickstart(false).run(bases, judge, new PrintWriter(out), line -> {});
        }
        tables = out.toString();
    }

    private static Quickstart quickstart(boolean overwrite) {
        return new Quickstart(
                new Quickstart.Request(folder.resolve("quickstart"), overwrite, SMALL, 1, true), new OwnVerbs());
    }

    @Test
    void theReportHoldsAllPictures() {
        String page = TinyCase.read(report);
        // Two of each of the six new types, the creature, four prompts of others and six of it, twice; and the glance.
        int examples = page.split("the scene asked about", -1).length - 2;
        assertThat(examples).isBetween(1, 12);
        assertThat(page.split("data:image/png;base64,", -1)).hasSize(1 + examples + 5 + 20 + 13);
    }

    @Test
    void theTablesShowEveryTypeOfQuestion() {
        assertThat(tables.lines())
                .anyMatch(line -> line.matches("count +\\d+ .*%.*%.*%"))
                .anyMatch(line -> line.startsWith("all "))
                .anyMatch(line -> line.startsWith("examples "))
                .anyMatch(line -> line.matches("like the creature +-?\\d\\.\\d{3} +-?\\d\\.\\d{3}"))
                .anyMatch(line -> line.matches("other animals still themselves +\\d+\\.\\d %.*"));
    }

    @Test
    void aCommandOfTheReportGivesTheSameAgain() throws Exception {
        List<List<String>> commands = commands();
        assertThat(commands)
                .extracting(words -> words.get(0))
                .containsExactly(
                        "evaluate",
                        "evaluate",
                        "generate",
                        "generate",
                        "train",
                        "evaluate",
                        "evaluate",
                        "train",
                        "generate");
        Path scores = folder.resolve("quickstart/scores/after-skills-test.jsonl");
        repeated(
                commands.get(6),
                Map.of(scores.toString(), folder.resolve("again.jsonl").toString()));
        assertThat(folder.resolve("again.jsonl")).hasSameBinaryContentAs(scores);
        Path pictures = folder.resolve("quickstart/pictures/after");
        repeated(
                commands.get(8),
                Map.of(pictures.toString(), folder.resolve("again").toString()));
        try (var made = Files.list(pictures)) {
            for (Path picture :
                    made.filter(file -> file.toString().endsWith(".png")).toList()) {
                assertThat(folder.resolve("again").resolve(picture.getFileName()))
                        .hasSameBinaryContentAs(picture);
            }
        }
    }

    private static void repeated(List<String> words, Map<String, String> elsewhere) {
        List<Object> again = new ArrayList<>(
                words.stream().map(word -> elsewhere.getOrDefault(word, word)).toList());
        again.addAll(List.of("--threads", 1, "--quiet"));
        Program.run(again.toArray()).mustSucceed();
    }

    /** Of the section on what was run; none of their words has a space in this test. */
    private static List<List<String>> commands() {
        String page = TinyCase.read(report);
        return COMMAND.matcher(page.substring(page.indexOf("id=\"run\"")))
                .results()
                .map((MatchResult found) -> found.group(1).replace("'an animal'", "animal"))
                .map(command -> Arrays.asList(command.split(" ")))
                .map(words -> words.subList(1, words.size()))
                .toList();
    }

    @Test
    void whatIsThereIsNotWrittenOver() throws Exception {
        byte[] before = Files.readAllBytes(report);
        assertThatThrownBy(() -> quickstart(false).run(bases, null, new PrintWriter(new StringWriter()), line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("--overwrite");
        assertThat(Files.readAllBytes(report)).isEqualTo(before);
    }

    @Test
    void withoutModelsNothingIsBegun() {
        Path out = folder.resolve("none");
        Program.Outcome refused = Program.run("quickstart", "--out", out, "--bases", folder);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).hasSize(2).allMatch(line -> line.contains("holds no model"));
        assertThat(out).doesNotExist();
    }

    @Test
    void whatAVerbRefusesEndsTheQuickstart() {
        assertThatThrownBy(() -> new OwnVerbs()
                        .run(List.of("train", folder.resolve("no.yaml").toString(), "--quiet")))
                .isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> new OwnVerbs().run(List.of("evaluate"))).hasMessageContaining("--model");
    }

    @Test
    void aReportIsShownOnlyWhereThereIsAScreen() {
        Path file = Path.of("report.html").toAbsolutePath();
        assertThat(Browser.command("Linux", Map.of(), file.toString())).isEmpty();
        assertThat(Browser.command("Linux", Map.of("DISPLAY", ":0"), file.toString()))
                .containsExactly("xdg-open", file.toString());
        assertThat(Browser.command("Mac OS X", Map.of(), file.toString())).containsExactly("open", file.toString());
        assertThat(Browser.command("Windows 11", Map.of(), file.toString())).endsWith(file.toString());
    }
}
