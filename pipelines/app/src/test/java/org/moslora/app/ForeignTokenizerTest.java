package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;

/** A tokenizer that makes texts longer than the text encoder reads is refused, not found out by the encoder. */
final class ForeignTokenizerTest {
    @TempDir
    Path folder;

    @Test
    void textsLongerThanTheEncoderReadsAreRefused() {
        TinyDiffusion tiny = TinyDiffusion.first(folder, 1, 1);
        TinyCase.write(tiny.model().resolve("tokenizer/tokenizer_config.json"), "{}");
        Program.Outcome outcome = Program.run(
                "generate", "--model", tiny.model(), "--prompt", "red", "--steps", 1, "--out", folder.resolve("out"));
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errors()).hasSize(1);
        assertThat(outcome.err()).contains("77 tokens", "model_max_length", "at most 12");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
