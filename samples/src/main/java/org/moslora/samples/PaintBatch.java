package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.ImageGenerator;
import org.moslora.generation.batch.PromptSource;
import org.moslora.pictures.Option;

/** Paints a file of prompts with an adapter: {@code PaintBatch MODEL ADAPTER PROMPTS.txt OUT}. */
public final class PaintBatch {
    private PaintBatch() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        try (ImageGenerator generator = ImageGenerator.open(Path.of(arguments[0]))
                .with(Path.of(arguments[1]), 0.8)
                .with(Option.STEPS, 25L)) {
            System.out.println(generator.paint(new PromptSource.Lines(Path.of(arguments[2])), Path.of(arguments[3])));
        }
    }
}
