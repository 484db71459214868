package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.runs.ComparisonView;
import org.moslora.studio.runs.RunState;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.Trainings;

/** Trainings in processes of their own: one at a time, stopped, resumed, killed, and found again. */
final class TrainingsTest {
    @TempDir
    Path folder;

    private Trainings trainings;

    @BeforeEach
    void start() {
        trainings = trainings();
    }

    private Trainings trainings() {
        return new Trainings(folder, ActedProgram::command, List.of(), line -> {});
    }

    @AfterEach
    void end() {
        trainings.close();
    }

    private void begin(String run, int steps) {
        String recipe = "pipeline: dreambooth\noutput: " + folder.resolve(run) + "\ntraining:\n  max_steps: " + steps;
        trainings.begin(run, recipe + "\n", steps);
    }

    private RunView run(String name) {
        Folders folders = new Folders(List.of(folder), List.of(), List.of());
        return new Runs(folders, trainings::errand, trainings::asked)
                .named(name)
                .orElseThrow();
    }

    private ComparisonView comparison(String name) {
        Folders folders = new Folders(List.of(folder), List.of(), List.of());
        return new Runs(folders, trainings::errand, trainings::asked)
                .comparison(name)
                .orElseThrow();
    }

    @Test
    void aComparisonWaitsIsStoppedAndGoesOnAsItBegan() throws InterruptedException {
        begin("first", 100_000);
        trainings.compare("compared", "pipeline: acted\noutput: " + folder.resolve("compared") + "\ncompare: {}\n");
        assertThat(comparison("compared").state()).isEqualTo(RunState.WAITING);
        trainings.stop("first");
        StudioUnderTest.until("trials", () -> comparison("compared").done().size() > 2);
        assertThat(comparison("compared").state()).isEqualTo(RunState.RUNNING);
        trainings.stop("compared");
        StudioUnderTest.until("a stop", () -> comparison("compared").state() == RunState.STOPPED);
        int done = comparison("compared").done().size();
        trainings.resume("compared", 0);
        StudioUnderTest.until("more trials", () -> comparison("compared").done().size() > done);
        trainings.stop("compared");
    }

    private void until(String run, RunState state) throws InterruptedException {
        StudioUnderTest.until(run + " that is " + state, () -> run(run).state() == state);
    }

    private List<Integer> steps(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream()
                .map(line -> Integer.parseInt(line.replaceAll(".*\"step\":(\\d+).*", "$1")))
                .toList();
    }

    @Test
    void oneRunsAtATimeAndTheNextWaitsForIt() throws IOException, InterruptedException {
        begin("first", 100_000);
        begin("second", 3);
        until("first", RunState.RUNNING);
        assertThat(run("second").state()).isEqualTo(RunState.WAITING);
        assertThatThrownBy(() -> begin("first", 3))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("under way");
        trainings.stop("first");
        until("first", RunState.STOPPED);
        int reached = steps("first").size();
        assertThat(folder.resolve(String.format("first/checkpoints/step-%06d", reached)))
                .isDirectory();
        until("second", RunState.FINISHED);
        assertThat(run("second").steps()).isEqualTo("3/3");

        trainings.resume("second", 5);
        StudioUnderTest.until("five steps", () -> run("second").steps().equals("5/5"));
        until("second", RunState.FINISHED);
        assertThat(steps("second"))
                .isEqualTo(IntStream.rangeClosed(1, 5).boxed().toList());
    }

    @Test
    void oneThatWaitsIsForgottenWhenItIsStopped() throws InterruptedException {
        begin("first", 100_000);
        begin("second", 3);
        trainings.stop("second");
        assertThat(trainings.asked()).containsExactly("first");
        until("first", RunState.RUNNING);
    }

    @Test
    void aDeathIsToldAndTheRunGoesOn() throws InterruptedException {
        begin("first", 100_000);
        until("first", RunState.RUNNING);
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
        until("first", RunState.FAILED);
        assertThat(run("first").errors().get(0)).contains("killed");
        trainings.resume("first", 0);
        until("first", RunState.RUNNING);
    }

    @Test
    void theNextStudioFindsWhatAKilledOneLeft() throws IOException, InterruptedException {
        begin("first", 100_000);
        until("first", RunState.RUNNING);
        int before = run("first").step();
        Trainings next = trainings();
        try {
            StudioUnderTest.until("steps", () -> run("first").step() > before);
            assertThat(next.errand("first").isAlive()).isTrue();
        } finally {
            next.close();
        }
        until("first", RunState.STOPPED);
        assertThat(steps("first"))
                .isEqualTo(
                        IntStream.rangeClosed(1, steps("first").size()).boxed().toList());
    }
}
