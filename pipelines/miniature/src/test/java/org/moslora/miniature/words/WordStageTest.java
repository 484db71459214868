package org.moslora.miniature.words;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Engine;
import org.moslora.miniature.StageLaws;
import org.moslora.miniature.blank.BlankLlava;

/** A projector and a table of words as they learn what is in patches. */
class WordStageTest {
    @TempDir
    private static Path folder;

    private static WordStage stage;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        BlankLlava.write(folder, 1);
        stage = stage();
    }

    private static WordStage stage() {
        return new WordStage(WordRecipe.READER
                .builder("miniature-words")
                .set("model", folder)
                .set("output", folder.resolve("run"))
                .set("examined", 3)
                .set("training.batch_size", 2)
                .build());
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void gradientsAreThoseOfTheLoss() {
        StageLaws.gradientsAreThoseOfTheLoss(stage, 0.05);
    }

    @Test
    void theLossFalls() {
        try (WordStage own = stage()) {
            StageLaws.theLossFalls(own, 0.2, 5);
        }
    }

    @Test
    void everyStepHasItsOwnScenes() {
        StageLaws.everyStepHasItsOwnScenes(stage);
    }

    @Test
    void examiningChangesNothing() {
        StageLaws.examiningChangesNothing(stage);
    }
}
