package org.moslora.examples.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/**
 * How conversations are spelt. The bytes matter: a model answers best to those that it was trained with. A model
 * folder's own Jinja template is not used, since LLaVA-1.5's ends no answer and so would never teach where to stop.
 */
public enum ChatTemplate {
    /** LLaVA-1.5's: "USER: … ASSISTANT: …", each answer ended by the end-of-sequence token. */
    VICUNA_V1("</s>"),
    /** Llama 3's, with headers and {@code <|eot_id|>}. */
    LLAMA3("<|eot_id|>"),
    /** ChatML, as Qwen has it. */
    CHATML("<|im_end|>"),
    /** ChatML as Qwen2-VL has it: behind the system text that it was trained with, unless the data has one. */
    QWEN2_VL("<|im_end|>"),
    /** Gemma's, whose system text stands in front of the first question. */
    GEMMA("<end_of_turn>"),
    /** Mistral-7B-Instruct's: {@code [INST] … [/INST]}, each answer ended by the end-of-sequence token. */
    MISTRAL("</s>"),
    /** LLaVA's first stage: the picture, its caption and a line break; the question is dropped. */
    PLAIN("\n"),
    /** Alpaca's: "Below is an instruction…", each answer ended by whatever the tokenizer ends texts with. */
    ALPACA(""),
    /** LLM-Adapters' for the commonsense sets: Alpaca's, spaced as the paper's scripts have it; one round. */
    COMMONSENSE("");

    private static final String VICUNA_SYSTEM =
            "A chat between a curious user and an artificial intelligence assistant. "
                    + "The assistant gives helpful, detailed, and polite answers to the user's questions.";

    private static final String QWEN_SYSTEM = "You are a helpful assistant.";
    private static final String GEMMA_USER = "<start_of_turn>user\n";

    private final String stop;

    ChatTemplate(String stop) {
        this.stop = stop;
    }

    /**
     * The template of a name.
     *
     * @param where the recipe key or option, for the message
     * @throws InvalidInput naming the known ones
     */
    public static ChatTemplate named(String where, String name) {
        return Arrays.stream(values())
                .filter(template -> template.spelling().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(ChatTemplate::spelling).toList();
                    return new InvalidInput(where, "no template '" + name + "'" + NearestName.hint(name, known));
                });
    }

    /**
     * What template a model was probably trained with, and why, for printing.
     *
     * @param modelType the language model's model_type
     * @param pictures whether the model takes any
     * @param hasToken whether the tokenizer knows a token
     */
    public static Guess guess(String modelType, boolean pictures, Predicate<String> hasToken) {
        if (hasToken.test("<|start_header_id|>") && hasToken.test("<|eot_id|>")) {
            return new Guess(LLAMA3, "the tokenizer has <|start_header_id|> and <|eot_id|>");
        } else if (hasToken.test("<|im_start|>") && hasToken.test("<|im_end|>")) {
            return new Guess(CHATML, "the tokenizer has <|im_start|> and <|im_end|>");
        } else if (hasToken.test("<start_of_turn>") && hasToken.test("<end_of_turn>")) {
            return new Guess(GEMMA, "the tokenizer has <start_of_turn> and <end_of_turn>");
        } else if (hasToken.test("<s>") && hasToken.test("</s>")) {
            return new Guess(VICUNA_V1, "model_type is " + modelType + " and the tokenizer has <s> and </s>");
        }
        return new Guess(
                pictures ? PLAIN : ALPACA,
                "model_type is " + modelType + " and the tokenizer has the tokens of no chat template");
    }

    /**
     * A guess at a template.
     *
     * @param template the template
     * @param reason what speaks for it
     */
    public record Guess(ChatTemplate template, String reason) {}

    /** How recipes and adapters write it: vicuna_v1, llama3, chatml, qwen2_vl, gemma, mistral, plain, alpaca, commonsense. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What ends an answer: a single token but for {@link #PLAIN}; empty where the tokenizer's own end does. */
    public String stop() {
        return stop;
    }

    /** Whether a text opens and ends as the tokenizer itself has it, rather than with tokens of the template's. */
    boolean leavesEndsToTokenizer() {
        return stop.isEmpty();
    }

    /** Whether a row may say what stands before the first turn. */
    boolean takesSystem() {
        return this != PLAIN && this != COMMONSENSE && this != MISTRAL;
    }

    /** Whether that is a turn of its own, which has room for tools, rather than a preamble. */
    boolean hasSystemTurn() {
        return this == LLAMA3 || this == CHATML || this == QWEN2_VL;
    }

    /**
     * Whether an answer's loss begins behind as many tokens as the prompt alone has, as LLM-Adapters' script counts them,
     * and not by characters: its indentation ends in a blank that many tokenizers join with the answer's first word.
     */
    boolean learnsWhatPromptLacks() {
        return this == COMMONSENSE;
    }

    /** What comes once, before everything else but the tokenizer's own opening, where that comes at all. */
    String opening(@Nullable String system) {
        return switch (this) {
            case VICUNA_V1 -> "<s>" + (system == null ? VICUNA_SYSTEM : system) + " ";
            case LLAMA3 ->
                "<|begin_of_text|>"
                        + (system == null
                                ? ""
                                : "<|start_header_id|>system<|end_header_id|>\n\n" + system + "<|eot_id|>");
            case CHATML -> system == null ? "" : systemTurn(system);
            case QWEN2_VL -> systemTurn(system == null ? QWEN_SYSTEM : system);
            case GEMMA -> "<bos>" + GEMMA_USER + (system == null ? "" : system + "\n\n");
            case MISTRAL -> "<s>";
            case PLAIN, COMMONSENSE -> "";
            case ALPACA -> system == null ? "" : system + "\n\n";
        };
    }

    private static String systemTurn(String system) {
        return "<|im_start|>system\n" + system + "<|im_end|>\n";
    }

    /** A question up to where its answer starts; {@code round} counts from 0. */
    String question(Turn turn, int round) {
        String text = turn.whole();
        return switch (this) {
            case VICUNA_V1 -> "USER: " + text + " ASSISTANT:";
            case LLAMA3 ->
                "<|start_header_id|>user<|end_header_id|>\n\n" + text
                        + "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n";
            case CHATML, QWEN2_VL ->
                (round == 0 ? "" : "\n") + "<|im_start|>user\n" + text + "<|im_end|>\n<|im_start|>assistant\n";
            case GEMMA -> (round == 0 ? "" : "\n" + GEMMA_USER) + text + "<end_of_turn>\n<start_of_turn>model\n";
            case MISTRAL -> "[INST] " + text + " [/INST]";
            case PLAIN -> Conversation.IMAGE;
            case ALPACA -> InstructionPrompt.alpaca(turn, round);
            case COMMONSENSE -> InstructionPrompt.trained(turn);
        };
    }

    /** The question that an answer is wanted to: as trained, but where the paper's evaluation spells it otherwise. */
    String asked(Turn turn, int round) {
        return this == COMMONSENSE ? InstructionPrompt.asked(turn) : question(turn, round);
    }

    /** An answer with its end. In vicuna_v1 and mistral its space belongs to it: the prompt ends with the colon, or bracket. */
    String answer(String text) {
        return (this == VICUNA_V1 || this == MISTRAL ? " " : "") + text + stop;
    }
}
