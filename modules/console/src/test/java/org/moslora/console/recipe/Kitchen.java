package org.moslora.console.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

/** A folder with a recipe and the files it names. */
record Kitchen(Path folder) {
    static final String VALID = """
            pipeline: visual-instruction-tuning
            model: tiny-llava
            output: runs/one
            device: cpu
            adapter:
              kind: moslora
              rank: 16
              alpha: 32
              dropout: 0.0
              mixer_init: orthogonal
              targets: [q_proj, k_proj, v_proj]
              exclude: []
              layers: 0-15
              rank_pattern: {"layers.0.self_attn.q_proj": 8, v_proj: 4}
            vision: {adapter: {rank: 4}, learning_rate: 2e-4}
            projector: {train: true, learning_rate: 2.0e-5}
            training:
              learning_rate: 2.0e-4
              schedule: cosine
              warmup_steps: 0
              max_steps: 500
              betas: [0.9, 0.999]
              epsilon: 1e-8
              precision: fp32
              gradient_checkpointing: no
            data:
              conversations: talk.json
              images: pictures
              template: vicuna_v1
              max_length: 2_048
            validation: {fraction: 5.0E-3, every: 100, prompts: ["what is this?", "no"]}
            """;

    static final Spellings SPELLINGS =
            Spellings.none().with(Tuning.Blocks.class, Tuning.Blocks::parse, Tuning.Blocks::write);

    static Kitchen in(Path folder) {
        try {
            Files.createDirectories(folder.resolve("tiny-llava"));
            Files.createDirectories(folder.resolve("pictures"));
            Files.writeString(folder.resolve("talk.json"), "[]");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new Kitchen(folder);
    }

    Path write(String text) {
        try {
            return Files.write(folder.resolve("recipe.yaml"), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Bound<Tuning> read(String text, String... overrides) {
        return read(Tuning.class, text, overrides);
    }

    <R extends Record> Bound<R> read(Class<R> type, String text, String... overrides) {
        return Recipes.read(type, write(text), List.of(overrides), folder.resolve("working"), SPELLINGS);
    }

    /** The problems of a recipe, with the name of the file in place of its path. */
    List<String> problems(Class<? extends Record> type, String text, String... overrides) {
        InvalidInput invalid = Assertions.catchThrowableOfType(InvalidInput.class, () -> read(type, text, overrides));
        Assertions.assertThat(invalid).as("nothing was refused").isNotNull();
        return invalid.problems().stream()
                .map(Problem::toString)
                .map(line -> line.replace(folder + "/recipe.yaml", "recipe.yaml"))
                .toList();
    }

    AbstractThrowableAssert<?, ?> refusal(Path file) {
        return Assertions.assertThatThrownBy(() -> Recipes.read(Tuning.class, file, List.of(), folder))
                .isInstanceOf(InvalidInput.class);
    }
}
