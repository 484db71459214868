package org.moslora.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.OnBadSample;
import org.moslora.datasets.Purpose;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Prompt;
import org.moslora.problems.Grouped;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.DurableFiles;

/** Scores a model on conversation files: teacher-forced losses and, if asked, greedy answers with exact match. */
public final class Evaluation {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final LoadedModel loaded;
    private final boolean quiet;

    /** The model stays its owner's. */
    public Evaluation(LoadedModel loaded, boolean quiet) {
        this.loaded = loaded;
        this.quiet = quiet;
    }

    /**
     * Scores all conversations and writes a line for each.
     *
     * @param asking how answers are to be given and judged; null to give none
     * @return the summary as JSON: conversations, tokens, loss, and accuracy with answers
     * @throws org.moslora.problems.InvalidInput naming every row that cannot be used
     */
    public String run(List<Path> files, Path out, @Nullable AnswerOptions asking) {
        ConversationRows read = ConversationFiles.read(files, null, Purpose.SCORING);
        TuningData.Measured measured = TuningData.measure(read, loaded.spelling(), false);
        List<Conversation> rows = usable(read, measured.findings());
        mustFit(asking, rows, measured.lengths());
        List<JsonObject> lines = new ArrayList<>();
        double sum = 0;
        long tokens = 0;
        for (Losses.Score score : losses(rows)) {
            JsonObject line = new JsonObject();
            line.addProperty("id", score.id());
            line.addProperty("loss", score.mean());
            line.addProperty("tokens", score.tokens());
            lines.add(line);
            sum += score.sum();
            tokens += score.tokens();
        }
        JsonObject summary = new JsonObject();
        summary.addProperty("conversations", rows.size());
        summary.addProperty("tokens", tokens);
        summary.addProperty("loss", sum / Math.max(1, tokens));
        if (asking != null) {
            summary.addProperty("accuracy", answers(rows, lines, asking));
        }
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(GSON.toJson(line)).append('\n'));
        DurableFiles.writeString(out.toAbsolutePath(), text.toString());
        return GSON.toJson(summary);
    }

    /** The conversations; what is odd with them is told. */
    private List<Conversation> usable(ConversationRows read, List<Finding> findings) {
        List<Conversation> rows = OnBadSample.ERROR.keep(read, findings);
        Messages messages = Messages.stderr(quiet);
        List<Problem> all = Stream.concat(read.findings().stream(), findings.stream())
                .map(Finding::problem)
                .toList();
        Grouped.some(all).forEach(problem -> messages.tell("warning: " + problem));
        return rows;
    }

    /** Whether a file looks like one that {@link #run} wrote: its first line is the score of a conversation. */
    public static boolean isOwnFile(Path file) {
        try (BufferedReader reader = InputFile.reader(file)) {
            String line = reader.readLine();
            return line != null
                    && JsonParser.parseString(line) instanceof JsonObject row
                    && row.keySet().containsAll(List.of("id", "loss", "tokens"));
        } catch (IOException | JsonParseException other) {
            return false;
        }
    }

    private List<Losses.Score> losses(List<Conversation> rows) {
        try (Progress progress = Progress.start("scoring", rows.size(), quiet)) {
            return Losses.of(loaded.speaker(), loaded.spelling(), rows, done -> progress.step(done, ""));
        }
    }

    /** Every row must be within the model's limits, and one of the task's, before any is scored. */
    private void mustFit(@Nullable AnswerOptions asking, List<Conversation> rows, Map<Conversation, Integer> lengths) {
        Problems limits = new Problems();
        Problems task = new Problems();
        for (Conversation row : rows) {
            limits.collect(() -> loaded.limits().score(row.id(), Math.abs(lengths.getOrDefault(row, 0))));
            if (asking != null) {
                mustFit(asking, row, limits, task);
            }
        }
        Problems all = new Problems();
        limits.found().forEach(problem -> all.add(problem.of("the model's limits")));
        if (asking != null) {
            task.found()
                    .forEach(problem ->
                            all.add(problem.of("task " + asking.task().spelling())));
        }
        if (!all.isEmpty()) {
            throw new InvalidInput(Grouped.some(all.found()));
        }
    }

    private void mustFit(AnswerOptions asking, Conversation row, Problems limits, Problems task) {
        for (Prompt prompt : loaded.spelling().encoder().prompts(row)) {
            task.collect(() -> asking.task().right(row, prompt.expected()));
            limits.collect(
                    () -> loaded.limits().answer(row.id(), prompt.ids().length, asking.maxNewTokens(), asking.beams()));
        }
    }

    private double answers(List<Conversation> rows, List<JsonObject> lines, AnswerOptions asking) {
        int right = 0;
        int asked = 0;
        try (Progress progress = Progress.start("answering", rows.size(), quiet)) {
            for (int i = 0; i < rows.size(); i++) {
                JsonArray correct = answer(rows.get(i), lines.get(i), asking);
                for (int j = 0; j < correct.size(); j++) {
                    right += correct.get(j).getAsBoolean() ? 1 : 0;
                    asked++;
                }
                progress.step(i + 1L, String.format(Locale.ROOT, "right %d/%d", right, asked));
            }
        }
        return right / (double) Math.max(1, asked);
    }

    /** Answers every turn and judges it. */
    private JsonArray answer(Conversation row, JsonObject line, AnswerOptions asking) {
        List<Prompt> prompts = loaded.spelling().encoder().prompts(row);
        JsonArray given = new JsonArray();
        JsonArray expected = new JsonArray();
        JsonArray correct = new JsonArray();
        try (AnswerSession replies = new AnswerSession(loaded, asking, prompts)) {
            for (Prompt prompt : prompts) {
                String text = replies.to(prompt);
                given.add(text);
                expected.add(prompt.expected());
                correct.add(asking.task().said(text).equals(asking.task().right(row, prompt.expected())));
            }
        }
        line.add("answers", given);
        line.add("expected", expected);
        line.add("correct", correct);
        return correct;
    }
}
