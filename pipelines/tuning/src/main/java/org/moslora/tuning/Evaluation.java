package org.moslora.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moslora.console.progress.Progress;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.OnBadSample;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Prompt;
import org.moslora.generation.Answers;
import org.moslora.generation.Decoder;
import org.moslora.generation.Sampling;
import org.moslora.generation.TorchDecoder;
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
     * @param maxNewTokens of an answer; 0 to give none
     * @return the summary as JSON: conversations, tokens, loss, and accuracy with answers
     * @throws org.moslora.problems.InvalidInput naming every row that cannot be used
     */
    public String run(List<Path> files, Path out, int maxNewTokens) {
        ConversationRows read = ConversationFiles.read(files, null);
        List<Conversation> rows = OnBadSample.ERROR.keep(
                read, TuningData.measure(read, loaded.spelling(), false).findings());
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
        if (maxNewTokens > 0) {
            summary.addProperty("accuracy", answers(rows, lines, maxNewTokens));
        }
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(GSON.toJson(line)).append('\n'));
        DurableFiles.writeString(out.toAbsolutePath(), text.toString());
        return GSON.toJson(summary);
    }

    private List<Losses.Score> losses(List<Conversation> rows) {
        try (Progress progress = Progress.start("scoring", rows.size(), quiet)) {
            return Losses.of(loaded.model(), loaded.spelling(), rows, done -> progress.step(done, ""));
        }
    }

    private double answers(List<Conversation> rows, List<JsonObject> lines, int maxNewTokens) {
        int right = 0;
        int asked = 0;
        try (Progress progress = Progress.start("answering", rows.size(), quiet)) {
            for (int i = 0; i < rows.size(); i++) {
                JsonArray correct = answer(rows.get(i), lines.get(i), maxNewTokens);
                for (int j = 0; j < correct.size(); j++) {
                    right += correct.get(j).getAsBoolean() ? 1 : 0;
                    asked++;
                }
                progress.step(i + 1L, String.format(Locale.ROOT, "right %d/%d", right, asked));
            }
        }
        return right / (double) Math.max(1, asked);
    }

    /** Answers every turn after the true history; what two prompts share is computed once. */
    private JsonArray answer(Conversation row, JsonObject line, int maxNewTokens) {
        List<Prompt> prompts = loaded.spelling().encoder().prompts(row);
        int room =
                prompts.stream().mapToInt(prompt -> prompt.ids().length).max().orElse(0) + maxNewTokens;
        Answers answers = new Answers(loaded.spelling().encoder().stopId(), Sampling.greedy(maxNewTokens));
        JsonArray given = new JsonArray();
        JsonArray expected = new JsonArray();
        JsonArray correct = new JsonArray();
        try (Decoder.Session session = new TorchDecoder(loaded.model()).open(room)) {
            int[] before = new int[0];
            int pictures = 0;
            for (Prompt prompt : prompts) {
                if (prompt.expected().isEmpty()) {
                    continue;
                }
                int shared = shared(before, prompt.ids());
                session.rewind(shared);
                int[] rest = Arrays.copyOfRange(prompt.ids(), shared, prompt.ids().length);
                List<float[]> pixels = prompt.images().stream()
                        .skip(shared == 0 ? 0 : pictures)
                        .map(loaded.spelling()::pixels)
                        .toList();
                int[] ids = answers.answer(session, rest, pixels, sofar -> {});
                String text = loaded.spelling().encoder().text(ids);
                given.add(text);
                expected.add(prompt.expected());
                correct.add(matches(text, prompt.expected()));
                before = prompt.ids();
                pictures = prompt.images().size();
            }
        }
        line.add("answers", given);
        line.add("expected", expected);
        line.add("correct", correct);
        return correct;
    }

    /** How many tokens a prompt has in common with the last one; nothing unless it continues it. */
    private static int shared(int[] before, int[] now) {
        return before.length < now.length && Arrays.equals(before, 0, before.length, now, 0, before.length)
                ? before.length
                : 0;
    }

    private static boolean matches(String text, String expected) {
        return text.strip().equals(expected.strip());
    }
}
