package org.moslora.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.studio.folders.Folders;

/** How far runs are, told from what lies in their folders and from what was asked; broken ones stand among the others. */
final class RunStatesTest {
    private static final long NOW = 1_700_000_000_000L;

    @TempDir
    private Path folder;

    private Path log() {
        return folder.resolve("log.txt");
    }

    private Errand errand(boolean waiting, boolean alive, boolean stopping, int steps) {
        return new Errand(false, waiting, alive, NOW, stopping, log(), steps);
    }

    private Path run(String name, int steps, int total) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(run.resolve("recipe.yaml"), "pipeline: x\ntraining:\n  max_steps: " + total + "\n");
        List<String> rows = IntStream.rangeClosed(1, steps)
                .mapToObj(step -> "{\"step\":" + step + ",\"loss\":0." + step + "}")
                .toList();
        Files.write(run.resolve("metrics.jsonl"), rows);
        written(run.resolve("metrics.jsonl"), NOW + 10_000);
        return run;
    }

    private static void written(Path file, long millis) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
    }

    private static RunView view(Path run, @Nullable Errand errand) {
        RunView view = RunView.of("r", run, errand);
        assertThat(view).isNotNull();
        return view;
    }

    @Test
    void whatWasAskedAndIsUnderWayIsToldByItsProcess() throws IOException {
        Path run = run("r", 3, 10);
        assertThat(view(run, errand(true, false, false, 0)).state()).isEqualTo(RunState.WAITING);
        assertThat(view(run, errand(false, true, false, 0)).state()).isEqualTo(RunState.RUNNING);
        assertThat(view(run, errand(false, true, true, 0)).state()).isEqualTo(RunState.STOPPING);
        written(run.resolve("metrics.jsonl"), NOW - 10_000);
        assertThat(view(run, errand(false, true, false, 0)).state())
                .as("its rows are an earlier process's")
                .isEqualTo(RunState.STARTING);
    }

    @Test
    void aRunThatIsNotThereYetIsShownAsItWasAskedFor() {
        Path none = folder.resolve("none");
        assertThat(RunView.of("none", none, null)).isNull();
        RunView waiting = view(none, errand(true, false, false, 40));
        assertThat(waiting.state()).isEqualTo(RunState.WAITING);
        assertThat(waiting.steps()).isEqualTo("0/40");
        assertThat(RunView.of("none", none, new Errand(true, true, false, NOW, false, log(), 0)))
                .as("a comparison is no run")
                .isNull();
    }

    @Test
    void anEndIsToldByWhatIsLeft() throws IOException {
        Path run = run("r", 10, 10);
        Files.createDirectories(run.resolve("adapter"));
        written(run.resolve("adapter"), NOW);
        assertThat(view(run, null).state()).as("its last step, and an adapter").isEqualTo(RunState.FINISHED);
        Path early = run("early", 4, 10);
        Files.createDirectories(early.resolve("adapter"));
        written(early.resolve("adapter"), NOW + 20_000);
        assertThat(view(early, null).state())
                .as("an adapter after its last row: it ended by another rule")
                .isEqualTo(RunState.FINISHED);
        written(early.resolve("adapter"), NOW);
        assertThat(view(early, null).state()).as("an adapter of before").isEqualTo(RunState.FAILED);
        Files.createDirectories(early.resolve("checkpoints/step-000004"));
        assertThat(view(early, null).state()).as("it left its last step").isEqualTo(RunState.STOPPED);
        assertThat(view(early, null).errors()).isEmpty();
        Files.createDirectories(early.resolve("model"));
        written(early.resolve("model"), NOW + 20_000);
        assertThat(view(early, null).state())
                .as("a run that trains all leaves a model")
                .isEqualTo(RunState.FINISHED);
    }

    @Test
    void whyItEndedIsWhatItsProcessSaidLast() throws IOException {
        Path run = run("r", 4, 10);
        Errand ended = errand(false, false, false, 0);
        Files.writeString(log(), "$ moslora train a\nerror: old\n$ moslora train --resume r\nstopped: after step 4\n");
        assertThat(view(run, ended).state()).isEqualTo(RunState.STOPPED);
        assertThat(view(run, ended).errors()).isEmpty();
        Files.writeString(
                log(), "$ moslora train a\nstopped: long ago\n$ moslora train b\nhello\nerror: model: is gone\n");
        assertThat(view(run, ended).state()).isEqualTo(RunState.FAILED);
        assertThat(view(run, ended).errors()).containsExactly("error: model: is gone");
        Files.writeString(log(), "$ moslora train a\nlast words\n");
        assertThat(view(run, ended).errors()).hasSize(2).last().isEqualTo("last words");
        Files.delete(log());
        assertThat(view(run, ended).errors()).singleElement().asString().contains("without saying why");
        assertThat(view(run, null).errors()).singleElement().asString().contains("Resume");
    }

    /** Of a run by epochs only the progress that it prints says how many steps there are. */
    @Test
    void howManyStepsThereAreIsFoundWhereverItIsSaid() throws IOException {
        Path run = run("r", 4, 10);
        assertThat(view(run, errand(false, true, false, 25)).steps()).isEqualTo("4/25");
        assertThat(view(run, errand(false, true, false, 0)).steps()).isEqualTo("4/10");
        Files.writeString(run.resolve("recipe.yaml"), "training:\n  epochs: 2\n");
        written(run.resolve("recipe.yaml"), NOW + 1);
        assertThat(view(run, null).steps()).isEqualTo("4");
        Files.writeString(log(), "training 1/90 x\ntraining 4/96 loss 0.5\nother\n");
        assertThat(view(run, errand(false, true, false, 0)).steps()).isEqualTo("4/96");
        Files.writeString(log(), "training 4/9999999999 overflows\n");
        assertThat(view(run, errand(false, true, false, 0)).steps()).isEqualTo("4");
    }

    private static String lines(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("line ").append(i).append(" 猫\n");
        }
        return lines.toString();
    }

    @Test
    void theEndOfALongLogIsWholeLines() throws IOException {
        Files.writeString(log(), lines(20_000));
        List<String> all = LogTail.all(log());
        assertThat(all).hasSizeLessThan(20_000).last().isEqualTo("line 19999 猫");
        assertThat(all).allMatch(line -> line.matches("line \\d+ 猫"));
        assertThat(LogTail.of(log())).isEqualTo(all);
        Files.writeString(log(), "before\n$ command\nafter");
        assertThat(LogTail.of(log())).containsExactly("after");
        assertThat(LogTail.of(folder.resolve("none"))).isEmpty();
    }

    private Runs runs(String... asked) {
        return new Runs(
                new Folders(List.of(folder), List.of(), List.of()),
                name -> name.startsWith("asked") ? errand(true, false, false, 5) : null,
                () -> List.of(asked));
    }

    @Test
    void brokenRunsStandAmongTheOthers() throws IOException {
        run("good", 10, 10);
        Path odd = run("odd", 1, 1);
        Files.write(odd.resolve("metrics.jsonl"), new byte[] {-1, 0, '\n', '{', '\n'});
        Files.write(odd.resolve("recipe.yaml"), new byte[] {-1, -2, ':', '\n'});
        Path folderForFile =
                Files.createDirectories(folder.resolve("nested/metrics.jsonl")).getParent();
        Files.writeString(folderForFile.resolve("recipe.yaml"), "pipeline: x\n");
        Files.createDirectories(folder.resolve("no-recipe"));
        Files.createDirectories(folder.resolve("recipe-is-a-folder/recipe.yaml"));
        Files.writeString(folder.resolve("a-file"), "x");
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        Files.createDirectories(folder.resolve(".hidden"));
        Files.writeString(folder.resolve(".hidden/recipe.yaml"), "pipeline: x\n");
        List<RunView> all = runs("asked-1").all();
        assertThat(all).extracting(RunView::name).containsExactlyInAnyOrder("asked-1", "good", "odd", "nested");
        assertThat(all.get(0).name()).as("what is still to come is first").isEqualTo("asked-1");
        for (RunView view : all) {
            assertThat(runs("asked-1").curves(view, 100, 0, 100).get("size").getAsInt())
                    .isEqualTo(view.name().equals("good") ? 10 : 0);
        }
        assertThat(runs().glance(runs().named("odd").orElseThrow(), "training.max_steps"))
                .isEmpty();
        assertThat(runs().glance(runs().named("good").orElseThrow(), "training.max_steps"))
                .isEqualTo("10");
    }

    @Test
    void namesLeadToRunsRightBelowAndNowhereElse() throws IOException {
        run("good", 1, 1);
        run("cmp/trials/lora-s0", 1, 1);
        run("cmp/other/lora-s0", 1, 1);
        run(".moslora-studio/trials/x", 1, 1);
        Files.writeString(folder.resolve("recipe.yaml"), "pipeline: x\n");
        Runs runs = runs();
        assertThat(runs.named("good")).isPresent();
        assertThat(runs.named("cmp/trials/lora-s0")).isPresent();
        List<String> hostile = new ArrayList<>(List.of(
                "",
                ".",
                "..",
                "/",
                "good/",
                "/good",
                "good/.",
                "../" + folder.getFileName() + "/good",
                "good\u0000",
                "cmp/other/lora-s0",
                "cmp/trials/..",
                "cmp/trials/",
                "cmp//lora-s0",
                ".moslora-studio/trials/x",
                "cmp/trials/lora-s0/x",
                "..\\good",
                "asked-not"));
        hostile.add(folder.resolve("good").toString());
        for (String name : hostile) {
            assertThat(runs.named(name)).as(name).isEmpty();
            assertThat(runs.comparison(name)).as(name).isEmpty();
        }
    }

    @Test
    void aComparisonIsAsFarAsItsTrialsAre() throws IOException {
        Path compared = Files.createDirectories(folder.resolve("cmp"));
        Files.writeString(compared.resolve("trained-by.yaml"), "pipeline: x\n");
        Runs runs = runs();
        assertThat(runs.comparison("cmp").orElseThrow().done()).isEmpty();
        run("cmp/trials/lora-s1", 1, 1);
        run("cmp/trials/lora-s0", 1, 1);
        Files.writeString(compared.resolve("trials/lora-s0.json"), "{}");
        ComparisonView view = runs.comparison("cmp").orElseThrow();
        assertThat(view.done()).containsExactly("lora-s0");
        assertThat(view.begun()).containsExactly("lora-s1");
        assertThat(view.state()).isEqualTo(RunState.STOPPED);
        assertThat(runs.named(view.trial("lora-s1"))).isPresent();
        Files.writeString(compared.resolve("comparison.json"), "{}");
        assertThat(runs.comparisons()).extracting(ComparisonView::state).containsExactly(RunState.FINISHED);
    }
}
