package org.moslora.visual;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.datasets.tiny.TinyFamily;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Every family trains language model, tower and what stands between them, and goes on to the same bytes. */
class FamiliesTest {
    private static final String[] EVERYWHERE = {
        "adapter.targets=all-linear",
        "vision={adapter: {rank: 2, alpha: 4}}",
        "projector.train=true",
        "training.max_steps=6",
        "adapter.dropout=0.1"
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void aResumedRunEndsInTheSameBytes(TinyFamily family) throws Exception {
        TinyRun tiny = TinyRun.of(family, folder);
        RunFolder whole = tiny.train("whole", EVERYWHERE);
        RunFolder cut = tiny.cutAfter(whole, "cut", 4);
        tiny.resume("cut");
        assertThat(losses(cut)).isEqualTo(losses(whole));
        try (Stream<Path> files = Files.list(whole.adapter())) {
            List<Path> written = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .toList();
            assertThat(written)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(cut.adapter().resolve(file.getFileName()))
                            .hasSameBinaryContentAs(file));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLossFallsOnAQuantisedBase(TinyFamily family) {
        TinyRun tiny = TinyRun.of(family, folder);
        List<Double> losses = losses(tiny.train(
                "run",
                "adapter.targets=all-linear",
                "training.quantize=nf4",
                "training.gradient_checkpointing=true",
                "training.max_steps=12"));
        assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
    }

    private static List<Double> losses(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }
}
