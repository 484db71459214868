package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener hears of a team's steps what it would hear of its own. */
class MetricsFollowerTest {
    @TempDir
    Path folder;

    private Path log;
    private final List<StepReport> heard = new ArrayList<>();

    @BeforeEach
    void name() {
        log = folder.resolve("metrics.jsonl");
    }

    private static StepReport report(int step) {
        return new StepReport(step, 1.5, 0.25, 1e-4, 0.5, "tokens", 12, 1 << 20, Map.of("reward_margin", 0.75));
    }

    /** What is in the log by the end is told by the end. */
    private void follow(int done) {
        new MetricsFollower(log, done, 9, heard::add).close();
    }

    private static void tell(MetricsFollower follower, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        follower.line(bytes, 0, bytes.length, 0);
    }

    @Test
    void aStepIsHeardAsItWasReported() {
        try (Metrics metrics = Metrics.open(log, 0)) {
            metrics.add(report(1));
        }
        follow(0);
        assertThat(heard).containsExactly(report(1));
    }

    @Test
    void picturesAreCountedAsSuch() {
        StepReport painted = new StepReport(1, 1, 1, 1, 1, "images", 4, 9);
        try (Metrics metrics = Metrics.open(log, 0)) {
            metrics.add(painted, OptionalDouble.of(0.5));
        }
        follow(0);
        assertThat(heard).singleElement().satisfies(report -> {
            assertThat(report.unit()).isEqualTo("images");
            assertThat(report.units()).isEqualTo(4);
        });
    }

    @Test
    void stepsThatWereTakenBeforeAreNotHeardAgain() {
        try (Metrics metrics = Metrics.open(log, 0)) {
            for (int step = 1; step <= 5; step++) {
                metrics.add(report(step));
            }
        }
        follow(3);
        assertThat(heard).extracting(StepReport::step).containsExactly(4, 5);
    }

    @Test
    void aLineWaitsForItsEnd() throws IOException {
        String line = report(1).json().toString();
        Files.writeString(log, line.substring(0, 20));
        MetricsFollower follower = new MetricsFollower(log, 0, 9, heard::add);
        follower.close();
        assertThat(heard).isEmpty();
        Files.writeString(log, line.substring(20) + "\n", StandardOpenOption.APPEND);
        follower.close();
        assertThat(heard).hasSize(1);
    }

    /** Somebody's, or a member's of another kind; what is wrong with the log is told by whoever opens it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{\"step\": \"two\", \"peak_rss_bytes\": 1}",
                "{\"step\": [2], \"peak_rss_bytes\": 1}",
                "{\"step\": null, \"peak_rss_bytes\": 1}",
                "{\"peak_rss_bytes\": 1}",
                "{\"step\": 2, \"peak_rss_bytes\": 1}",
                "{\"step\": 2, \"loss\": \"x\", \"peak_rss_bytes\": 1}",
                "{\"step\": 2, \"loss\": 1}"
            })
    void whatIsNoStepIsPassedOver(String line) {
        try (MetricsFollower follower = new MetricsFollower(log, 0, 9, heard::add)) {
            tell(follower, line);
            tell(follower, report(3).json().toString());
        }
        assertThat(heard).extracting(StepReport::step).containsExactly(3);
    }

    @Test
    void itBeginsWhereTheTeamDoes() {
        List<String> started = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                started.add("stepped");
            }

            @Override
            public void started(String what, int done, int total) {
                started.add(what + " " + done + "/" + total);
            }
        };
        try (MetricsFollower follower = new MetricsFollower(log, 4, 9, listener)) {
            follower.start();
        }
        assertThat(started).containsExactly("training 4/9");
    }
}
