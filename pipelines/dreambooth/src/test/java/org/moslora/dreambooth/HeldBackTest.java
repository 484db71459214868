package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Validation on pictures that are not learnt from. */
final class HeldBackTest {
    private static final String WEIGHTS = "adapter_model.safetensors";

    @TempDir
    private Path folder;

    private static List<String> validated(RunFolder run) {
        List<String> rows = new ArrayList<>();
        for (JsonObject row : Metrics.rows(run.metrics())) {
            if (row.has("validation_loss")) {
                rows.add(row.get("step") + ": " + row.get("validation_loss"));
            }
        }
        return rows;
    }

    private static List<Double> losses(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .filter(row -> row.has("validation_loss"))
                .map(row -> row.get("validation_loss").getAsDouble())
                .toList();
    }

    @Test
    void theBestAdapterStaysAndItsLossIsInTheMetrics() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        // A rate that ends worse than it begins.
        String[] wild = {
            "validation={fraction: 0.25, every: 1}",
            "training.max_steps=4",
            "training.checkpoint_every=1",
            "training.keep_checkpoints=9",
            "training.learning_rate=0.5",
            "crop=random",
            "flip=true"
        };
        RunFolder run = tiny.train("run", wild);
        List<Double> losses = losses(run);
        assertThat(losses).hasSize(4).doesNotHaveDuplicates();
        int best = losses.indexOf(losses.stream().min(Double::compare).orElseThrow()) + 1;
        assertThat(run.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(run.checkpoints().resolve("step-00000" + best + "/adapter/" + WEIGHTS));
        assertThat(run.lastAdapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(run.checkpoints().resolve("step-000004/adapter/" + WEIGHTS));
        assertThat(validated(tiny.train("again", wild))).isEqualTo(validated(run));
    }

    @Test
    void whatIsHeldBackIsNotLearntAndLookingChangesNothing() throws IOException {
        TinyRun tiny = TinyRun.first(folder);
        String[] few = {"training.max_steps=4", "data.order=sequential"};
        RunFolder held = tiny.train("held", few[0], few[1], "validation={fraction: 0.25, every: 2}");
        String provenance = Files.readString(held.provenance());
        int same = 0;
        List<Path> pictures;
        try (Stream<Path> all = Files.list(tiny.diffusion().pictures())) {
            pictures = all.sorted().toList();
        }
        for (Path without : pictures) {
            assertThat(provenance).contains(without.getFileName().toString());
            String name = without.getFileName().toString().replace(".png", "");
            Path others = Files.createDirectories(folder.resolve("without-" + name));
            for (Path picture : pictures) {
                if (!picture.equals(without)) {
                    Files.copy(picture, others.resolve(picture.getFileName()));
                }
            }
            RunFolder plain = tiny.train("plain-" + name, few[0], few[1], "instance.images=" + others.getFileName());
            same += Files.mismatch(
                                    plain.adapter().resolve(WEIGHTS),
                                    held.lastAdapter().resolve(WEIGHTS))
                            < 0
                    ? 1
                    : 0;
        }
        assertThat(same).isEqualTo(1);
    }

    @Test
    void patienceEndsARunAndAResumedOneRemembers() {
        TinyRun tiny = TinyRun.first(folder);
        // Nothing is learnt, so nothing is ever better than at first.
        String[] idle = {
            "validation={fraction: 0.25, every: 1, patience: 2}",
            "training.learning_rate=0",
            "training.schedule=constant",
            "training.checkpoint_every=1"
        };
        RunFolder whole = tiny.train("whole", idle[0], idle[1], idle[2], idle[3], "training.max_steps=12");
        assertThat(losses(whole)).hasSize(3);
        RunFolder begun = tiny.train("begun", idle[0], idle[1], idle[2], idle[3], "training.max_steps=1");
        tiny.resume("begun", "training.max_steps=12");
        assertThat(validated(begun)).isEqualTo(validated(whole));
    }
}
