package org.moslora.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
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
import java.util.stream.Collectors;
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
     * @param options how answers are to be given and judged; null to give none
     * @return the summary as JSON: conversations, tokens, loss, and accuracy with answers
     * @throws org.moslora.problems.InvalidInput naming every row that cannot be used
     */
    public String run(List<Path> files, Path out, @Nullable AnswerOptions options) {
        List<Conversation> rows = looked(files, options);
        List<ScoredRow> scored = losses(rows).stream().map(ScoredRow::of).collect(Collectors.toList());
        if (options != null) {
            answer(rows, scored, options);
        }
        return written(scored, out, options);
    }

    /**
     * As {@link #run(List, Path, AnswerOptions)}, but others score, each with a {@link Session}.
     *
     * @param crew gets how many passes there are and has all of them scored
     */
    public String run(List<Path> files, Path out, @Nullable AnswerOptions options, ScoringCrew crew) {
        List<Conversation> rows = looked(files, options);
        ScoredRow[] scored = new ScoredRow[rows.size()];
        List<List<Integer>> passes = Losses.passes(loaded.processor(), rows);
        int[] done = {0};
        try (Progress progress = Progress.start("scoring", rows.size(), quiet)) {
            crew.score(passes.size(), (pass, part) -> {
                for (int i = 0; i < part.size(); i++) {
                    scored[passes.get(pass).get(i)] = part.get(i);
                }
                done[0] += part.size();
                progress.step(done[0], "");
            });
        }
        return written(List.of(scored), out, options);
    }

    /** Reads conversations for a part of the work, as {@link #run(List, Path, AnswerOptions)} does. */
    public Session session(List<Path> files, @Nullable AnswerOptions options) {
        List<Conversation> rows = looked(files, options);
        return new Session(rows, Losses.passes(loaded.processor(), rows), options);
    }

    /** Conversations that are read, for one of several processes that share an evaluation. */
    public final class Session {
        private final List<Conversation> rows;
        private final List<List<Integer>> passes;
        private final @Nullable AnswerOptions options;

        private Session(List<Conversation> rows, List<List<Integer>> passes, @Nullable AnswerOptions options) {
            this.rows = rows;
            this.passes = passes;
            this.options = options;
        }

        /** The rows of a pass, scored and perhaps answered, in its order. */
        public List<ScoredRow> scored(int pass) {
            List<ScoredRow> scored = new ArrayList<>();
            List<Integer> own = passes.get(pass);
            List<Losses.Score> scores = Losses.of(loaded.runner(), loaded.processor(), rows, own);
            for (int i = 0; i < own.size(); i++) {
                ScoredRow row = ScoredRow.of(scores.get(i));
                scored.add(options == null ? row : row.with(answer(rows.get(own.get(i)), options)));
            }
            return scored;
        }
    }

    /** The conversations, every one of which can be scored and answered. */
    private List<Conversation> looked(List<Path> files, @Nullable AnswerOptions options) {
        ConversationRows read = ConversationFiles.read(files, null, Purpose.SCORING);
        TuningData.Measured measured = TuningData.measure(read, loaded.processor(), false);
        List<Conversation> rows = usable(read, measured.findings());
        mustFit(options, rows, measured.lengths());
        return rows;
    }

    private static String written(List<ScoredRow> scored, Path out, @Nullable AnswerOptions options) {
        JsonObject summary = new JsonObject();
        summary.addProperty("conversations", scored.size());
        long tokens = scored.stream().mapToLong(ScoredRow::tokens).sum();
        summary.addProperty("tokens", tokens);
        double sum = 0;
        for (ScoredRow row : scored) {
            sum += row.sum();
        }
        summary.addProperty("loss", sum / Math.max(1, tokens));
        if (options != null) {
            summary.addProperty("accuracy", accuracy(scored));
        }
        StringBuilder text = new StringBuilder();
        scored.forEach(row -> text.append(GSON.toJson(row.json())).append('\n'));
        DurableFiles.writeString(out.toAbsolutePath(), text.toString());
        return GSON.toJson(summary);
    }

    private static double accuracy(List<ScoredRow> scored) {
        long right = scored.stream().mapToLong(ScoredRow::right).sum();
        long asked = scored.stream().mapToLong(ScoredRow::asked).sum();
        return right / (double) Math.max(1, asked);
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
            return Losses.of(loaded.runner(), loaded.processor(), rows, done -> progress.step(done, ""));
        }
    }

    /** Every row must be within the model's limits, and one of the task's, before any is scored. */
    private void mustFit(@Nullable AnswerOptions options, List<Conversation> rows, Map<Conversation, Integer> lengths) {
        Problems limits = new Problems();
        Problems task = new Problems();
        for (Conversation row : rows) {
            limits.collect(() -> loaded.limits().score(row.id(), Math.abs(lengths.getOrDefault(row, 0))));
            if (options != null) {
                mustFit(options, row, limits, task);
            }
        }
        Problems all = new Problems();
        limits.found().forEach(problem -> all.add(problem.of("the model's limits")));
        if (options != null) {
            task.found()
                    .forEach(problem ->
                            all.add(problem.of("task " + options.task().spelling())));
        }
        if (!all.isEmpty()) {
            throw new InvalidInput(Grouped.some(all.found()));
        }
    }

    private void mustFit(AnswerOptions options, Conversation row, Problems limits, Problems task) {
        for (Prompt prompt : loaded.processor().encoder().prompts(row)) {
            task.collect(() -> options.task().right(row, prompt.expected()));
            limits.collect(() ->
                    loaded.limits().answer(row.id(), prompt.ids().length, options.maxNewTokens(), options.beams()));
        }
    }

    private void answer(List<Conversation> rows, List<ScoredRow> scored, AnswerOptions options) {
        long right = 0;
        long asked = 0;
        try (Progress progress = Progress.start("answering", rows.size(), quiet)) {
            for (int i = 0; i < rows.size(); i++) {
                ScoredRow row = scored.get(i).with(answer(rows.get(i), options));
                scored.set(i, row);
                right += row.right();
                asked += row.asked();
                progress.step(i + 1L, String.format(Locale.ROOT, "right %d/%d", right, asked));
            }
        }
    }

    /** Answers every turn and judges it. */
    private ScoredRow.Answered answer(Conversation row, AnswerOptions options) {
        List<Prompt> prompts = loaded.processor().encoder().prompts(row);
        List<String> given = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        List<Boolean> correct = new ArrayList<>();
        try (AnswerSession replies = new AnswerSession(loaded, options, prompts)) {
            for (Prompt prompt : prompts) {
                String text = replies.to(prompt);
                given.add(text);
                expected.add(prompt.expected());
                correct.add(options.task().said(text).equals(options.task().right(row, prompt.expected())));
            }
        }
        return new ScoredRow.Answered(given, expected, correct);
    }
}
