package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.JudgeScore;
import org.moslora.quickstart.outcome.Scores;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.quickstart.outcome.TopicScore;
import org.moslora.quickstart.outcome.Tuned;
import org.moslora.quickstart.outcome.VisualOutcome;
import org.moslora.training.RunFigures;

/** What came of it on a terminal: rows that stay rows whatever models say, and sums that are those of the rows. */
class TablesTest {
    private static final Tuned TUNED = new Tuned("", new RunFigures(1, 1, 1, List.of()), 1);

    private static String visual(String before, String after) {
        Scores skills = new Scores(
                List.of(new TopicScore("count", 40, "two", 14, 3, 36), new TopicScore("wearer", 10, "cat", 5, 1, 2)));
        Scores kept = new Scores(List.of(new TopicScore("colour", 8, "red", 2, 8, 7)));
        AnsweredQuestion example =
                new AnsweredQuestion(Path.of("a.png"), "How many things are there?", "two", before, after);
        StringWriter text = new StringWriter();
        Tables.print(new VisualOutcome(skills, kept, 12, List.of(example), TUNED), new PrintWriter(text));
        return text.toString();
    }

    private static String subject(JudgeScore... scores) {
        StringWriter text = new StringWriter();
        Tables.print(
                new SubjectOutcome(List.of(), List.of(), List.of(), List.of(scores), TUNED), new PrintWriter(text));
        return text.toString();
    }

    private static String row(String text, String first) {
        return text.lines().filter(line -> line.startsWith(first)).findFirst().orElseThrow();
    }

    @Test
    void everyTypeHasItsRowAndAllTheirSum() {
        String text = visual("one", "two");
        assertThat(row(text, "count")).containsSubsequence("40", "35.0 %  two", "7.5 %", "90.0 %");
        assertThat(row(text, "wearer")).containsSubsequence("10", "50.0 %  cat", "10.0 %", "20.0 %");
        assertThat(row(text, "all")).containsSubsequence("50", "38.0 %", "8.0 %", "76.0 %");
        assertThat(row(text, "colour")).containsSubsequence("8", "25.0 %  red", "100.0 %", "87.5 %");
        assertThat(text).contains("12 unseen conversations");
    }

    @Test
    void anExampleSaysWhichAnswerIsRight() {
        assertThat(row(visual("three", "two"), "How many")).containsSubsequence("two", "three ✗", "two ✓");
        assertThat(row(visual("two", ""), "How many")).containsSubsequence("two ✓", "(nothing) ✗");
    }

    /** A base that knows no answer may go on for long, and over several lines. */
    @Test
    void anAnswerWithoutEndTakesNoMoreThanItsColumn() {
        String text = visual("how many ".repeat(60), "two");
        assertThat(row(text, "How many").length()).isLessThan(110);
        assertThat(row(text, "How many")).contains("how many how …".substring(0, 13) + "… ✗");
        assertThat(visual("one\ntwo\r\nthree", "two").lines().count())
                .isEqualTo(text.lines().count());
    }

    @Test
    void anAnswerIsNotCutThroughACharacter() {
        String text = visual("\uD83D\uDE00".repeat(20), "two");
        assertThat(text.codePoints())
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    @Test
    void sharesAreToldInPercentAndCosinesAsTheyAre() {
        String text = subject(
                new JudgeScore("like the creature", "", false, 0.25049, 0.75),
                new JudgeScore("in the right place", "", true, 0.5, 1));
        assertThat(row(text, "like")).containsSubsequence("0.250", "0.750");
        assertThat(row(text, "in the right")).containsSubsequence("50.0 %", "100.0 %");
        assertThat(subject()).isEmpty();
    }

    @Test
    void theTextIsTheSameInEveryCountry() {
        String here = visual("one", "two") + subject(new JudgeScore("x", "", false, 0.5, 0.5));
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(visual("one", "two") + subject(new JudgeScore("x", "", false, 0.5, 0.5)))
                    .isEqualTo(here);
        } finally {
            Locale.setDefault(before);
        }
    }
}
