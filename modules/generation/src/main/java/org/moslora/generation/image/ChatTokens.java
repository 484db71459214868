package org.moslora.generation.image;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.moslora.examples.text.TextTokenizer;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/**
 * The tokenizer of a generator whose text encoder is a chat model: a prompt is a user's turn, and what is read ends where
 * the answer would begin. What of a prompt finds no room is told once.
 */
public final class ChatTokens implements AutoCloseable {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TEMPLATE = "chat_template.jinja";
    private static final String USER = "<|im_start|>user\n";
    private static final String ASSISTANT = "<|im_end|>\n<|im_start|>assistant\n";
    private static final String NO_THOUGHT = "<think>\n\n</think>\n\n";

    private final TextTokenizer tokenizer;
    private final boolean thinks;
    private final int padding;
    private final Messages messages;
    private final Set<String> said = new HashSet<>();

    private ChatTokens(TextTokenizer tokenizer, boolean thinks, int padding, Messages messages) {
        this.tokenizer = tokenizer;
        this.thinks = thinks;
        this.padding = padding;
        this.messages = messages;
    }

    /**
     * Opens a folder's tokenizer.
     *
     * @param thinks whether the answer may begin with a thought; else an empty one stands before it
     * @throws InvalidInput when there is none, or its chat template says something else than what is spelt here
     */
    public static ChatTokens open(Path folder, boolean thinks, Messages messages) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInput(folder.toString(), "there is no such folder, which should hold the tokenizer");
        }
        Problems problems = new Problems();
        ConfigSection config = ConfigSection.read(folder.resolve(CONFIG), problems);
        checkTemplate(folder, config, thinks);
        TextTokenizer tokenizer = TextTokenizer.open(folder);
        try {
            int padding = tokenizer.tokenId(config.text("pad_token", "<|endoftext|>"));
            problems.throwIfAny();
            return new ChatTokens(tokenizer, thinks, padding, messages);
        } catch (InvalidInput invalid) {
            tokenizer.close();
            throw invalid;
        }
    }

    private static void checkTemplate(Path folder, ConfigSection config, boolean thinks) {
        Path file = folder.resolve(TEMPLATE);
        JsonElement said = config.value("chat_template");
        String template;
        try {
            template = Files.isRegularFile(file) ? InputFile.text(file) : said == null ? "" : said.toString();
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
        String where = (Files.isRegularFile(file) ? file : folder.resolve(CONFIG)).toString();
        String plain = template.replace("\\\\n", "\\n");
        boolean turns = plain.contains("<|im_start|>") && plain.contains("<|im_end|>") && plain.contains("assistant");
        boolean thoughts = thinks
                ? !plain.contains("<think>") || plain.contains("enable_thinking")
                : plain.contains("enable_thinking") && plain.contains("</think>");
        if (template.isEmpty()) {
            throw new InvalidInput(
                    where, "has no chat_template, so it is not known how prompts were spelt in training");
        }
        if (!turns || !thoughts || plain.contains("You are")) {
            throw new InvalidInput(
                    where,
                    "has another chat template than Qwen3's, which this program spells prompts by; is the tokenizer"
                            + " another model's?");
        }
    }

    /** A prompt as the text encoder is given it. */
    String written(String prompt) {
        return USER + prompt + ASSISTANT + (thinks ? "" : NO_THOUGHT);
    }

    /** The id that fills a text up. */
    public int padding() {
        return padding;
    }

    /** The first ids of a prompt, so many at most. */
    public int[] ids(String prompt, int length) {
        int[] ids = tokenizer.encode(written(prompt));
        if (ids.length <= length) {
            return ids;
        }
        if (said.add(prompt)) {
            messages.tell("the prompt \"" + PromptTokens.start(prompt) + "\" takes " + ids.length
                    + " tokens as it is written for the text encoder, but " + length
                    + " count (text length): its end is cut off");
        }
        return Arrays.copyOf(ids, length);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
