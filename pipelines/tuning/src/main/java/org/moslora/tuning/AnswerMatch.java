package org.moslora.tuning;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/**
 * How answers are judged: whole, or by the first of a task's words in them, which is how LLM-Adapters (Hu et al. 2023,
 * arXiv:2304.01933) and the paper score the commonsense sets.
 */
public enum AnswerMatch {
    /** Exact match of the whole answer, outer space aside. */
    VQA("vqa", ""),
    /** BoolQ: yes or no to a question about a passage. */
    BOOLQ("boolq", "true|false"),
    /** PIQA: which of two ways works. */
    PIQA("piqa", "solution1|solution2"),
    /** Social IQa: what people do and feel. */
    SOCIAL_I_QA("social_i_qa", "answer1|answer2|answer3|answer4|answer5"),
    /** HellaSwag: how a scene goes on. */
    HELLASWAG("hellaswag", "ending1|ending2|ending3|ending4"),
    /** WinoGrande: what a gap stands for. */
    WINOGRANDE("winogrande", "option1|option2"),
    /** ARC's easy science questions. */
    ARC_EASY("ARC-Easy", "answer1|answer2|answer3|answer4|answer5"),
    /** ARC's hard ones. */
    ARC_CHALLENGE("ARC-Challenge", "answer1|answer2|answer3|answer4|answer5"),
    /** OpenBookQA: elementary science. */
    OPENBOOKQA("openbookqa", "answer1|answer2|answer3|answer4|answer5");

    private final String spelling;
    private final @Nullable Pattern words;

    AnswerMatch(String spelling, String words) {
        this.spelling = spelling;
        this.words = words.isEmpty() ? null : Pattern.compile(words);
    }

    /**
     * The task of a name.
     *
     * @param where the option, for the message
     * @throws InvalidInput naming the known ones
     */
    public static AnswerMatch named(String where, String name) {
        return Arrays.stream(values())
                .filter(task -> task.spelling.equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(AnswerMatch::spelling).toList();
                    return new InvalidInput(where, "no task \"" + name + "\"" + NearestName.hint(name, known));
                });
    }

    /** How the command line writes it. */
    public String spelling() {
        return spelling;
    }

    /** What an answer says: the first of the task's words in it, empty if it has none; all of it where whole ones count. */
    public String said(String answer) {
        if (words == null) {
            return answer.strip();
        }
        Matcher found = words.matcher(answer);
        return found.find() ? found.group() : "";
    }

    /**
     * What a right answer says.
     *
     * @param expected the data's answer in full, for rows that do not say what it comes down to
     * @throws InvalidInput naming the conversation, if this is no answer to the task
     */
    public String right(Conversation conversation, String expected) {
        String label = conversation.label();
        if (words == null) {
            return expected.strip();
        }
        String right = label == null ? said(expected) : label;
        if (!words.matcher(right).matches()) {
            throw new InvalidInput(
                    "conversation " + conversation.id(),
                    "its answer is \"" + (label == null ? expected : label) + "\", and task " + spelling + " knows "
                            + words.pattern().replace("|", ", ") + "; is this another task's data?");
        }
        return right;
    }
}
