package org.moslora.datasets;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** How the rows of a conversation file are laid out. */
public enum DataFormat {
    /** LLaVA's and ShareGPT's: {@code conversations}, a list of turns with {@code from} and {@code value}. */
    LLAVA("conversations"),
    /** OpenAI's: {@code messages}, a list of turns with {@code role} and {@code content}, a text or parts. */
    MESSAGES("messages"),
    /** Alpaca's: {@code instruction}, {@code input}, {@code output}. */
    ALPACA("instruction"),
    /** LLM-Adapters' for the commonsense sets: Alpaca's, and the short {@code answer} that a task is scored by. */
    COMMONSENSE("instruction"),
    /** ms-swift's: {@code query}, {@code response}, {@code history}. */
    SWIFT("query");

    private static final Map<String, DataFormat> NAMES = Map.of(
            "llava", LLAVA,
            "sharegpt", LLAVA,
            "messages", MESSAGES,
            "openai", MESSAGES,
            "alpaca", ALPACA,
            "commonsense", COMMONSENSE,
            "swift", SWIFT);

    private final String key;

    DataFormat(String key) {
        this.key = key;
    }

    /**
     * The format of a name.
     *
     * @param where the recipe key, for the message
     * @throws InvalidInput naming the known ones
     */
    public static DataFormat named(String where, String name) {
        DataFormat format = NAMES.get(name);
        if (format == null) {
            List<String> known = NAMES.keySet().stream().sorted().toList();
            throw new InvalidInput(where, "no data format '" + name + "'" + NearestName.hint(name, known));
        }
        return format;
    }

    /** How recipes write it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The field that holds an instruction's output. */
    String output() {
        return this == SWIFT ? "response" : "output";
    }

    /** The field that holds the turns. */
    String key() {
        return key;
    }

    /** The fields that a row must have, as messages name them. */
    String fields() {
        return switch (this) {
            case LLAVA, MESSAGES -> key;
            case ALPACA -> "instruction and output";
            case COMMONSENSE -> "instruction, output and answer";
            case SWIFT -> "query and response";
        };
    }

    /** Whether a row is an instruction and its output, rather than a list of turns. */
    boolean isInstruction() {
        return this == ALPACA || this == COMMONSENSE || this == SWIFT;
    }

    /** The template that goes with it, where one does. */
    public Optional<ChatTemplate> template() {
        return switch (this) {
            case ALPACA -> Optional.of(ChatTemplate.ALPACA);
            case COMMONSENSE -> Optional.of(ChatTemplate.COMMONSENSE);
            default -> Optional.empty();
        };
    }

    /** The format that a row shows, null if none; a field that says nothing shows one only where no other does. */
    static @Nullable DataFormat of(JsonObject row) {
        DataFormat said = of(row, field -> Fields.said(row, field) != null);
        return said == null ? of(row, row::has) : said;
    }

    private static @Nullable DataFormat of(JsonObject row, Predicate<String> shows) {
        if (shows.test(LLAVA.key)) {
            return LLAVA;
        } else if (shows.test(MESSAGES.key)) {
            return MESSAGES;
        } else if (shows.test(ALPACA.key)) {
            return row.has("answer") ? COMMONSENSE : ALPACA;
        }
        return shows.test(SWIFT.key) && row.has("response") ? SWIFT : null;
    }
}
