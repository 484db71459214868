package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fields that rows have and nothing here reads, each said once: somebody may have thought that they matter. */
final class UnreadFields {
    private static final Set<String> READ = Set.of("id", "image", "images", "system", "tools", "functions", "objects");
    private static final Set<String> READ_OF_INSTRUCTIONS =
            Set.of("instruction", "input", "output", "answer", "history", "response");
    private static final Set<String> READ_OF_TURNS =
            Set.of("from", "role", "value", "content", "weight", "loss", "train");
    /** Where a row comes from and how it is counted: of no meaning to what is learnt. */
    private static final Set<String> ABOUT = Set.of(
            "uid",
            "uuid",
            "idx",
            "index",
            "name",
            "title",
            "sample_id",
            "question_id",
            "prompt_id",
            "conversation_id",
            "image_id",
            "conversation_hash",
            "source",
            "data_source",
            "dataset",
            "dataset_name",
            "origin",
            "url",
            "split",
            "license",
            "category",
            "categories",
            "domain",
            "task",
            "task_type",
            "topic",
            "topics",
            "keywords",
            "subject",
            "type",
            "tags",
            "difficulty",
            "quality",
            "lang",
            "language",
            "model",
            "generator",
            "metadata",
            "meta",
            "meta_info",
            "timestamp",
            "created",
            "created_at",
            "width",
            "height",
            "width_list",
            "height_list",
            "image_wh",
            "length",
            "tokens",
            "num_tokens",
            "token_count",
            "turn",
            "num_turns",
            "text",
            "parallel_tool_calls",
            "refusal",
            "annotations");

    private final Map<String, Seen> seen = new LinkedHashMap<>();

    /** A field, the first row that has it, and how many do. */
    private record Seen(RowPlace at, String id, int rows) {}

    void look(RowPlace at, String id, JsonObject row) {
        DataFormat format = DataFormat.of(row);
        if (format == null) {
            return;
        }
        Set<String> here = new LinkedHashSet<>();
        collect(row, "", here);
        here.remove(format.key());
        if (format.isInstruction()) {
            here.removeAll(READ_OF_INSTRUCTIONS);
        } else {
            turns(row.get(format.key()), here);
        }
        here.removeAll(READ);
        for (String field : here) {
            seen.merge(field, new Seen(at, id, 1), (first, more) -> new Seen(first.at, first.id, first.rows + 1));
        }
    }

    private static void turns(@Nullable JsonElement turns, Set<String> here) {
        if (turns != null && turns.isJsonArray()) {
            turns.getAsJsonArray().asList().stream()
                    .filter(JsonElement::isJsonObject)
                    .forEach(turn -> collect(turn.getAsJsonObject(), "a turn's ", here));
        }
    }

    private static void collect(JsonObject object, String of, Set<String> here) {
        for (String field : object.keySet()) {
            boolean read = !of.isEmpty() && READ_OF_TURNS.contains(field);
            if (!read && !ABOUT.contains(field) && Fields.said(object, field) != null) {
                here.add(of + field);
            }
        }
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        seen.forEach((field, first) -> findings.add(new Finding(
                first.at,
                first.id,
                Severity.WARNING,
                "field-unread",
                "the field " + field + " is not read"
                        + (first.rows == 1 ? "" : String.format("; %,d rows have it", first.rows)))));
        return findings;
    }
}
