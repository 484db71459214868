package org.moslora.quickstart;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.JudgeScore;
import org.moslora.quickstart.outcome.Scores;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.quickstart.outcome.TopicScore;
import org.moslora.quickstart.outcome.VisualOutcome;

/** What came of it, for the terminal. */
final class Tables {
    private static final String COLUMNS = "%-16s %6s  %-22s %8s %8s%n";
    private static final String EXAMPLE = "%-44s %-15s %-17s %s%n";
    private static final int WIDEST = 14;
    private static final Pattern BREAK = Pattern.compile("\\R");

    private Tables() {}

    static void print(VisualOutcome visual, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%nNew questions, %d unseen conversations: answers right to the letter%n",
                visual.conversations());
        print(visual.skills(), out);
        out.printf(Locale.ROOT, "%nQuestions that the base knew%n");
        print(visual.kept(), out);
        out.println();
        out.printf(Locale.ROOT, EXAMPLE, "examples", "expected", "before", "after");
        for (AnsweredQuestion example : visual.examples()) {
            out.printf(
                    Locale.ROOT,
                    EXAMPLE,
                    example.question(),
                    cut(example.expected()),
                    answer(example, example.before()),
                    answer(example, example.after()));
        }
        out.flush();
    }

    private static String answer(AnsweredQuestion example, String answer) {
        return cut(answer) + (example.isRight(answer) ? " ✓" : " ✗");
    }

    private static void print(Scores scores, PrintWriter out) {
        out.printf(Locale.ROOT, COLUMNS, "type", "asked", "best constant answer", "before", "after");
        scores.topics().forEach(topic -> print(topic, out));
        print(scores.all(), out);
    }

    private static void print(TopicScore topic, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                COLUMNS,
                topic.topic(),
                topic.asked(),
                percent(topic.share(topic.constantRight())) + "  " + cut(topic.constant()),
                percent(topic.share(topic.before())),
                percent(topic.share(topic.after())));
    }

    /** On one line, whatever the model has said. */
    private static String cut(String answer) {
        if (answer.isBlank()) {
            return "(nothing)";
        }
        String line = BREAK.matcher(answer).replaceAll(" ");
        return line.codePointCount(0, line.length()) > WIDEST
                ? line.substring(0, line.offsetByCodePoints(0, WIDEST - 1)) + "…"
                : line;
    }

    static void print(SubjectOutcome subject, PrintWriter out) {
        if (!subject.scores().isEmpty()) {
            out.printf(Locale.ROOT, "%n%-34s %8s %8s%n", "Pictures, by the judge", "before", "after");
        }
        for (JudgeScore score : subject.scores()) {
            out.printf(
                    Locale.ROOT,
                    "%-34s %8s %8s%n",
                    score.what(),
                    shown(score, score.before()),
                    shown(score, score.after()));
        }
        out.flush();
    }

    private static String shown(JudgeScore score, double value) {
        return score.isShare() ? percent(value) : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
