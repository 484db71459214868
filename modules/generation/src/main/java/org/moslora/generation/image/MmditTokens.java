package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.MmditFiles;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.examples.clip.ClipTokens;
import org.moslora.examples.t5.T5Tokenizer;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** The tokenizers of a Stable Diffusion 3 or FLUX.1: CLIP's and T5's. */
public final class MmditTokens implements AutoCloseable {
    private final PromptTokens clips;
    private final @Nullable T5Tokenizer t5;
    private final Messages messages;
    private final Set<String> said = new HashSet<>();

    private MmditTokens(PromptTokens clips, @Nullable T5Tokenizer t5, Messages messages) {
        this.clips = clips;
        this.t5 = t5;
        this.messages = messages;
    }

    /** @throws InvalidInput when one is missing or broken */
    static MmditTokens open(MmditFiles files, @Nullable Path elsewhere, Messages messages) {
        if (elsewhere != null) {
            throw new InvalidInput(
                    FieldName.of("tokenizer"), "has no say with this model, whose tokenizers lie in its folder");
        }
        return open(files.path(), files.clips(), files.t5() == null ? null : files.t5Tokenizer(), messages);
    }

    /**
     * Opens a folder's.
     *
     * @param encoders CLIP's text encoders, which read them
     * @param deep the folder of T5's tokenizer; null where there is no T5
     * @throws InvalidInput when one is missing or broken
     */
    public static MmditTokens open(Path folder, List<ClipTextConfig> encoders, @Nullable Path deep, Messages messages) {
        Problems problems = new Problems();
        PromptTokens clips = problems.collect(() -> PromptTokens.open(folder, encoders, messages));
        T5Tokenizer t5 = deep == null ? null : problems.collect(() -> T5Tokenizer.open(deep));
        if (clips == null || !problems.isEmpty()) {
            if (clips != null) {
                clips.close();
            }
            throw problems.thrown();
        }
        return new MmditTokens(clips, t5, messages);
    }

    /** The ids of a text for each CLIP. */
    public List<int[]> clips(String text) {
        return clips.ids(text);
    }

    /** The ids of a text for T5, so many; of a model that has one. */
    public int[] t5(String text, int length) {
        T5Tokenizer present = t5;
        if (present == null) {
            throw new IllegalStateException("this model has no T5");
        }
        ClipTokens tokens = present.encode(text, length);
        if (tokens.cut() > 0 && said.add(text)) {
            messages.tell("a prompt takes " + tokens.whole() + " tokens, of which " + length
                    + " count: its end is cut off; it begins \""
                    + text.strip().substring(0, Math.min(40, text.strip().length())) + "\"");
        }
        return tokens.ids();
    }

    @Override
    public void close() {
        clips.close();
        if (t5 != null) {
            t5.close();
        }
    }
}
