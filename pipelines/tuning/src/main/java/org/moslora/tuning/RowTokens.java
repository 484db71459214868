package org.moslora.tuning;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.examples.text.Conversation;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** How many tokens each row takes, pictures included, told before any training. */
final class RowTokens {
    /** As many rows are told one by one; of more, the longest. */
    private static final int TOLD = 20;

    private static final int LONGEST = 5;
    private static final String ENDING = ".json";

    private final List<Row> rows = new ArrayList<>();

    private record Row(String id, String place, int tokens, int pictures) {}

    /** @param lengths tokens of each row that can be used, negative without pictures */
    RowTokens(ConversationRows read, Map<Conversation, Integer> lengths) {
        for (ConversationRow row : read.rows()) {
            Integer length = lengths.get(row.conversation());
            if (length != null) {
                Conversation conversation = row.conversation();
                int pictures = conversation.images().size();
                rows.add(new Row(conversation.id(), row.at().toString(), Math.abs(length), pictures));
            }
        }
    }

    void tell(Messages messages) {
        if (rows.isEmpty()) {
            return;
        }
        List<Row> sorted = rows.stream()
                .sorted(Comparator.comparingInt((Row row) -> -row.tokens()))
                .toList();
        Row longest = sorted.get(0);
        messages.tell(String.format(
                Locale.ROOT,
                "tokens a row, pictures included: %,d to %,d, half of the rows up to %,d; the longest is %s, conversation %s",
                sorted.get(sorted.size() - 1).tokens(),
                longest.tokens(),
                sorted.get(sorted.size() / 2).tokens(),
                longest.place(),
                longest.id()));
        (rows.size() <= TOLD ? rows : sorted.subList(0, LONGEST)).forEach(row -> messages.tell(line(row)));
    }

    private static String line(Row row) {
        return String.format(
                Locale.ROOT, "  %,d tokens, pictures %d: conversation %s", row.tokens(), row.pictures(), row.id());
    }

    /** Writes every row's beside a report, a JSON object a line. */
    void write(@Nullable Path report, Problems problems) {
        if (report == null) {
            return;
        }
        String name = String.valueOf(report.getFileName());
        String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
        Path file = report.resolveSibling(stem + "-tokens.jsonl");
        try {
            Files.write(file, rows.stream().map(RowTokens::json).toList());
        } catch (IOException unwritable) {
            problems.add(
                    file.toString(),
                    "cannot be written, " + unwritable.getClass().getSimpleName());
        }
    }

    private static String json(Row row) {
        JsonObject json = new JsonObject();
        json.addProperty("id", row.id());
        json.addProperty("tokens", row.tokens());
        json.addProperty("pictures", row.pictures());
        return json.toString();
    }
}
