package org.moslora.generation.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.examples.clip.ClipTokens;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** The tokenizers of a model's text encoders, one each. What of a text finds no room is told once. */
public final class PromptTokens implements AutoCloseable {
    private static final String FOLDER = "tokenizer";

    private final List<ClipTokenizer> tokenizers;
    private final Messages messages;
    private final Set<String> said = new HashSet<>();

    private PromptTokens(List<ClipTokenizer> tokenizers, Messages messages) {
        this.tokenizers = List.copyOf(tokenizers);
        this.messages = messages;
    }

    /**
     * Opens a model's tokenizers.
     *
     * @param elsewhere a tokenizer's folder, or that of a model with tokenizers, instead of the model's own; null for
     *     those
     * @throws InvalidInput when there are none
     */
    public static PromptTokens open(StableDiffusion model, @Nullable Path elsewhere, Messages messages) {
        if (elsewhere == null && model.isSingleFile()) {
            throw new InvalidInput(
                    FieldName.of("tokenizer"),
                    model.path() + " is a single file, which holds no tokenizer; name the folder of one, such as"
                            + " tokenizer/ of a model in diffusers' layout");
        }
        Path first = elsewhere == null ? model.path().resolve(FOLDER) : elsewhere;
        if (elsewhere != null && Files.isDirectory(elsewhere.resolve(FOLDER))) {
            first = elsewhere.resolve(FOLDER);
        }
        return open(first, model.textEncoders(), elsewhere != null, messages);
    }

    /**
     * Opens the tokenizers of a folder.
     *
     * @param encoders the text encoders that read them
     * @throws InvalidInput when there are none, or a text of theirs is longer than its encoder reads
     */
    public static PromptTokens open(Path folder, List<ClipTextConfig> encoders, Messages messages) {
        return open(folder.resolve(FOLDER), encoders, false, messages);
    }

    private static PromptTokens open(Path first, List<ClipTextConfig> encoders, boolean mayLack, Messages messages) {
        Problems problems = new Problems();
        List<ClipTokenizer> opened = new ArrayList<>();
        for (int i = 0; i < encoders.size(); i++) {
            Path folder = i == 0 ? first : second(first, mayLack);
            ClipTextConfig encoder = encoders.get(i);
            problems.collect(() -> {
                ClipTokenizer tokenizer = ClipTokenizer.open(folder);
                opened.add(tokenizer);
                mustFit(folder, tokenizer, encoder);
            });
        }
        if (!problems.isEmpty()) {
            opened.forEach(ClipTokenizer::close);
        }
        problems.throwIfAny();
        return new PromptTokens(opened, messages);
    }

    /** Every text is padded or cut to one length, which its encoder must have positions for. */
    private static void mustFit(Path folder, ClipTokenizer tokenizer, ClipTextConfig encoder) {
        if (tokenizer.length() > encoder.positions()) {
            throw new InvalidInput(
                    folder.toString(),
                    "makes every text " + tokenizer.length()
                            + " tokens long (model_max_length in tokenizer_config.json;"
                            + " 77 where it is absent), but its text encoder reads at most " + encoder.positions()
                            + " (max_position_embeddings); is the tokenizer another model's?");
        }
    }

    /** Stable Diffusion XL's second tokenizer differs in its padding only, so the first may stand for it. */
    private static Path second(Path first, boolean mayLack) {
        Path beside = first.resolveSibling(first.getFileName() + "_2");
        return mayLack && !Files.isDirectory(beside) ? first : beside;
    }

    /** The ids of a text for each text encoder. */
    public List<int[]> ids(String text) {
        List<int[]> ids = new ArrayList<>();
        for (ClipTokenizer tokenizer : tokenizers) {
            ClipTokens tokens = tokenizer.encode(text);
            ids.add(tokens.ids());
            if (tokens.cut() > 0 && said.add(text)) {
                messages.tell("the prompt \"" + start(text) + "\" takes " + tokens.whole()
                        + " tokens, but the text encoder" + " reads " + tokenizer.length() + ": its end is cut off");
            }
        }
        return ids;
    }

    /** The beginning of a prompt, for messages. */
    static String start(String text) {
        int shown = 40;
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= shown ? line : line.substring(0, shown) + "…";
    }

    @Override
    public void close() {
        tokenizers.forEach(ClipTokenizer::close);
    }
}
