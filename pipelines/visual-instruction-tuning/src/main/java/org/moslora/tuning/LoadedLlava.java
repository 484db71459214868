package org.moslora.tuning;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.FixedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.layers.Compute;
import org.moslora.llava.Llava;
import org.moslora.llava.LlavaFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * A model with its adapters and its way of spelling conversations, ready to be asked.
 *
 * @param folder the base
 * @param model the base with the adapters on
 * @param spelling template, tokenizer, pictures
 */
public record LoadedLlava(LlavaFolder folder, Llava model, Spelling spelling) implements AutoCloseable {
    /**
     * Opens everything.
     *
     * @param template null for what the adapter records, else a guess, which is told
     * @param aspect null for what the adapter records, else pad
     * @param images the folder of pictures that conversations name
     * @throws InvalidInput naming everything that is wrong with model and adapters
     */
    public static LoadedLlava open(
            Path path,
            List<ScaledAdapter> adapters,
            @Nullable ChatTemplate template,
            @Nullable ImageAspect aspect,
            Compute compute,
            Path images,
            Messages messages) {
        LlavaFolder folder = folder(path, adapters);
        try (FixedAdapters fixed = FixedAdapters.open(adapters)) {
            Spelling spelling = Spelling.of(
                    path,
                    folder.config(),
                    template == null ? recordedTemplate(fixed) : template,
                    aspect == null ? recordedAspect(fixed) : aspect,
                    Integer.MAX_VALUE,
                    images,
                    messages::tell);
            Llava model = new Llava(folder, fixed, compute);
            fixed.attach(model.arena(), compute);
            return new LoadedLlava(folder, model, spelling);
        } catch (InvalidInput invalid) {
            folder.close();
            throw invalid;
        }
    }

    /** Tells the model's problems and the adapters' together. */
    private static LlavaFolder folder(Path path, List<ScaledAdapter> adapters) {
        try {
            return LlavaFolder.open(path);
        } catch (InvalidInput invalid) {
            Problems problems = new Problems();
            problems.addAll(invalid);
            problems.collect(() -> FixedAdapters.open(adapters).close());
            problems.throwIfAny();
            throw invalid;
        }
    }

    private static @Nullable ChatTemplate recordedTemplate(FixedAdapters fixed) {
        String recorded = fixed.said("template");
        return recorded == null ? null : ChatTemplate.named("template", recorded);
    }

    private static @Nullable ImageAspect recordedAspect(FixedAdapters fixed) {
        String recorded = fixed.said("image_aspect");
        return recorded == null ? null : ImageAspect.named("image_aspect", recorded);
    }

    @Override
    public void close() {
        model.close();
        spelling.close();
        folder.close();
    }
}
