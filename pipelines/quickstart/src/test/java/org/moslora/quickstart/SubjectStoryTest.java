package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base that learnt by flow matching has a scheduler of its own, and text encoders that are not trained. */
class SubjectStoryTest {
    @TempDir
    private Path folder;

    private SubjectStory story(String pipeline) throws IOException {
        Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\": \"" + pipeline + "\"}");
        Commands commands = new Commands(words -> {}, null, true, line -> {});
        return new SubjectStory(new QuickstartFolder(folder), folder, Plan.standard(1), commands, null);
    }

    @Test
    void everyBaseIsAskedByASchedulerThatItKnows() throws IOException {
        assertThat(story("StableDiffusion3Pipeline").ahead())
                .hasSize(2)
                .allSatisfy(paints -> assertThat(paints.words())
                        .doesNotContain("--scheduler")
                        .containsSequence("--steps", "20", "--guidance", "3"));
        assertThat(story("StableDiffusionPipeline").ahead())
                .hasSize(2)
                .allSatisfy(paints ->
                        assertThat(paints.words()).containsSequence("--scheduler", "dpmpp-2m", "--steps", "20"));
    }

    @Test
    void onlyTextEncodersThatCanLearnAreTrained() throws IOException {
        assertThat(story("StableDiffusion3Pipeline").recipe(List.of("train")))
                .contains("targets: all-linear", "resolution: 64")
                .doesNotContain("text_encoder", "conv");
        assertThat(story("StableDiffusionPipeline").recipe(List.of("train"))).contains("text_encoder:", ".*conv.*");
    }
}
