package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.training.Metrics;

/** {@code train --workers N}: several processes come to what one comes to. */
class WorkersTest {
    /** After so many looks, 5 ms apart, a process is what it was started to be. */
    private static final int LOOKS = 20;

    private static final String PAINTER = """
        pipeline: dreambooth
        model: model
        output: run
        adapter: {kind: moslora, rank: 2, alpha: 4, dropout: 0.1}
        instance: {images: pictures, prompt: a photo of sks circle}
        resolution: 16
        training: {learning_rate: 2.0e-2, max_steps: 4, batch_size: 1, gradient_accumulation: 3, seed: 3}
        """;

    @TempDir
    Path folder;

    private static Path train(Path recipe, String name, int workers, String... more) {
        Path run = recipe.resolveSibling(name);
        List<Object> words = new ArrayList<>(List.of("train", recipe, "output=" + run, "--threads", 1, "--quiet"));
        words.addAll(Arrays.asList(more));
        if (workers > 0) {
            words.addAll(List.of("--workers", workers));
        }
        Program.run(words.toArray()).mustSucceed();
        return run;
    }

    private static void mustBeAlike(Path one, Path other) {
        List<JsonObject> expected = Metrics.rows(one.resolve("metrics.jsonl"));
        List<JsonObject> found = Metrics.rows(other.resolve("metrics.jsonl"));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            double loss = expected.get(i).get("loss").getAsDouble();
            assertThat(found.get(i).get("loss").getAsDouble()).isCloseTo(loss, within(1e-5 * loss));
            double norm = expected.get(i).get("grad_norm").getAsDouble();
            assertThat(found.get(i).get("grad_norm").getAsDouble()).isCloseTo(norm, within(1e-4 * norm));
            assertThat(found.get(i).get("step")).isEqualTo(expected.get(i).get("step"));
            assertThat(found.get(i).get("tokens")).isEqualTo(expected.get(i).get("tokens"));
        }
    }

    /** Rows that do not come out even, dropout and rows held back; and what is left is a run like any other. */
    @Test
    void twoTrainAConversationModelAsOneDoes() throws IOException {
        Path recipe = TinyCase.in(folder).recipe();
        String[] more = {
            "adapter.dropout=0.1",
            "training.batch_size=1",
            "training.gradient_accumulation=3",
            "validation={fraction: 0.2, every: 3, samples: 1}"
        };
        Path one = train(recipe, "one", 0, more);
        Path two = train(recipe, "two", 2, more);
        mustBeAlike(one, two);
        try (Stream<Path> files = Files.list(one);
                Stream<Path> others = Files.list(two)) {
            assertThat(others.map(Path::getFileName).toList())
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(Path::getFileName).toList());
        }
    }

    @Test
    void twoTrainAnImageGeneratorAsOneDoes() {
        Path painter = TinyDiffusion.first(folder, 4, 4).model();
        Path recipe = painter.resolveSibling("painter.yaml");
        TinyCase.write(recipe, PAINTER);
        mustBeAlike(train(recipe, "one", 0), train(recipe, "two", 2));
    }

    /** Which of two answers is the better, and what a step says of that. */
    @Test
    @Tag("slow")
    void twoLearnPreferencesAsOneDoes() throws IOException {
        TinyCase tiny = TinyCase.in(folder);
        JsonArray pairs =
                JsonParser.parseString(Files.readString(tiny.llava().train())).getAsJsonArray();
        for (JsonElement each : pairs) {
            JsonObject row = each.getAsJsonObject();
            JsonArray turns = row.getAsJsonArray("conversations");
            JsonObject chosen = turns.remove(turns.size() - 1).getAsJsonObject();
            JsonObject rejected = chosen.deepCopy();
            rejected.addProperty("value", "a yellow square");
            row.add("chosen", chosen);
            row.add("rejected", rejected);
        }
        Files.writeString(folder.resolve("pairs.json"), pairs.toString());
        String[] more = {
            "pipeline=preference-tuning",
            "data.conversations=[" + folder.resolve("pairs.json") + "]",
            "adapter.dropout=0.1",
            "training.batch_size=1",
            "training.gradient_accumulation=3"
        };
        Path one = train(tiny.recipe(), "one", 0, more);
        Path two = train(tiny.recipe(), "two", 2, more);
        mustBeAlike(one, two);
        List<JsonObject> expected = Metrics.rows(one.resolve("metrics.jsonl"));
        List<JsonObject> found = Metrics.rows(two.resolve("metrics.jsonl"));
        for (int i = 0; i < found.size(); i++) {
            double margin = expected.get(i).get("reward_margin").getAsDouble();
            assertThat(found.get(i).get("reward_margin").getAsDouble()).isCloseTo(margin, within(1e-5));
            assertThat(found.get(i).get("reward_accuracy"))
                    .isEqualTo(expected.get(i).get("reward_accuracy"));
        }
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(
            strings = {
                "{kind: adalora, adalora: {initial_rank: 3, target_rank: 1, warmup_steps: 1, final_steps: 1}}",
                "{kind: dora, rank: 2, dropout: 0.1}",
                "{kind: full}",
                "{kind: lokr}"
            })
    void everyKindIsShared(String kind) {
        Path recipe = TinyCase.in(folder).recipe();
        String[] more = {"adapter=" + kind, "training.batch_size=1", "training.seed=4"};
        mustBeAlike(train(recipe, "one", 0, more), train(recipe, "two", 2, more));
    }

    @Test
    @Tag("slow")
    void aKilledWorkerChangesNothing() throws Exception {
        Path recipe = TinyCase.in(folder).recipe();
        String[] more = {"adapter.dropout=0.1", "training.max_steps=60", "training.checkpoint_every=3"};
        Path whole = train(recipe, "whole", 2, more);
        Path broken = recipe.resolveSibling("broken");
        int killed = during(() -> train(recipe, "broken", 2, more), number -> {
            int steps = Metrics.rows(broken.resolve("metrics.jsonl")).size();
            return number < 2 && steps > 8 + 15 * number ? number : -1; // first the one that writes
        });
        assertThat(killed).isEqualTo(2);
        for (String file : List.of("adapter/adapter_model.safetensors", "checkpoints/step-000060/state.safetensors")) {
            assertThat(broken.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
        mustBeAlike(whole, broken);
    }

    /** Nobody knows yet where the others are; all are started anew. */
    @Test
    void aWorkerThatIsKilledBeforeTheTeamIsTogetherChangesNothing() throws Exception {
        Path recipe = TinyCase.in(folder).recipe();
        int killed = during(
                () -> train(recipe, "broken", 2, "training.max_steps=2", "training.batch_size=1"),
                number -> number < 1 ? 1 : -1);
        assertThat(killed).isEqualTo(1);
        mustBeAlike(
                train(recipe, "whole", 0, "training.max_steps=2", "training.batch_size=1"),
                recipe.resolveSibling("broken"));
    }

    /**
     * Kills workers while something runs.
     *
     * @param which the one that is to be killed now, by how many were before; −1 for none
     * @return how many were killed
     */
    private static int during(Runnable training, IntUnaryOperator which) throws InterruptedException {
        AtomicInteger killed = new AtomicInteger();
        Thread killing = new Thread(() -> kill(which, killed));
        killing.start();
        try {
            training.run();
        } finally {
            killing.interrupt();
            killing.join();
        }
        return killed.get();
    }

    /**
     * Whatever this process has started is a worker, once it has been Java for a while and no more what Java starts it by;
     * what it was called with is cut off where a class path is long.
     */
    private static List<ProcessHandle> workers(Map<ProcessHandle, Integer> looks) {
        ProcessHandle.current()
                .children()
                .filter(process -> process.info()
                        .command()
                        .filter(name -> name.endsWith("java"))
                        .isPresent())
                .forEach(process -> looks.merge(process, 1, Integer::sum));
        return looks.entrySet().stream()
                .filter(look -> look.getValue() > LOOKS && look.getKey().isAlive())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static void kill(IntUnaryOperator which, AtomicInteger killed) {
        Map<ProcessHandle, Integer> looks = new HashMap<>();
        try {
            while (true) {
                Thread.sleep(5);
                List<ProcessHandle> workers = workers(looks);
                int next = workers.size() == 2 ? which.applyAsInt(killed.get()) : -1;
                if (next >= 0 && workers.get(next).destroyForcibly()) {
                    killed.incrementAndGet();
                }
            }
        } catch (InterruptedException over) {
            return;
        }
    }

    @Test
    void whatCannotBeSharedIsRefusedBeforeAnythingIsWritten() {
        TinyCase tiny = TinyCase.in(folder);
        Program.Outcome many = Program.run("train", tiny.recipe(), "--workers", 3, "--quiet");
        assertThat(many.code()).isEqualTo(2);
        assertThat(many.errors()).singleElement().asString().contains("gradient_accumulation", "is 2", "3 workers");
        Program.Outcome none = Program.run("train", tiny.recipe(), "--workers", 0);
        assertThat(none.code()).isEqualTo(2);
        assertThat(tiny.path("run")).doesNotExist();
        String[] wrong = {"adapter.rnak=3", "training.schedule=cosinus"};
        Program.Outcome alone = Program.run("train", tiny.recipe(), wrong[0], wrong[1]);
        Program.Outcome shared = Program.run("train", tiny.recipe(), wrong[0], wrong[1], "--workers", 2);
        assertThat(shared.errors()).isEqualTo(alone.errors()).isNotEmpty();
    }

    /** What only a member finds out comes back as one process says it. */
    @Test
    void aMembersComplaintIsTheProgramsOwn() {
        TinyCase tiny = TinyCase.in(folder);
        String wrong = "adapter.init_from=" + tiny.path("images");
        Program.Outcome alone = Program.run("train", tiny.recipe(), wrong, "--quiet");
        Program.Outcome shared = Program.run("train", tiny.recipe(), wrong, "--workers", 2, "--quiet");
        assertThat(shared.code()).isEqualTo(2);
        assertThat(shared.errors()).isEqualTo(alone.errors()).isNotEmpty();
    }

    /** Whoever ends the leader ends all: the step in hand comes into a checkpoint, and the run goes on from there. */
    @Test
    @Tag("slow")
    void toldToEndAllBringTheirStepToSafety() throws Exception {
        Path recipe = TinyCase.in(folder).recipe();
        Path run = recipe.resolveSibling("run");
        Path log = folder.resolve("log.txt");
        Process leader = Program.start(
                log, "train", recipe, "output=" + run, "training.max_steps=100000", "--threads", 1, "--workers", 2);
        try {
            while (leader.isAlive()
                    && Metrics.rows(run.resolve("metrics.jsonl")).size() < 4) {
                Thread.sleep(20);
            }
            leader.toHandle().destroy();
            assertThat(leader.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            leader.destroyForcibly();
        }
        assertThat(Files.readString(log)).contains("stopped: after step", "--resume", "--workers 2");
        int steps = Metrics.rows(run.resolve("metrics.jsonl")).size();
        assertThat(run.resolve(String.format("checkpoints/step-%06d/progress.json", steps)))
                .content()
                .contains("\"workers\":2");
    }
}
