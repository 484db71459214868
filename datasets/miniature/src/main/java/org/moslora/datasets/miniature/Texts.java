package org.moslora.datasets.miniature;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import org.moslora.datasets.miniature.language.Choice;
import org.moslora.datasets.miniature.language.Facts;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;

/** What is without pictures: facts in LLaVA's format, and multiple-choice questions in the commonsense format. */
final class Texts {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private Texts() {}

    static void write(Path folder, long seed, ToIntFunction<Split> counts) throws IOException {
        Path texts = Files.createDirectories(folder.resolve("text"));
        Files.writeString(texts.resolve("facts.json"), Rows.array(facts()));
        for (Split split : Split.values()) {
            Files.writeString(
                    texts.resolve("choices-" + split.word() + ".json"),
                    Rows.array(choices(seed, split, counts.applyAsInt(split))));
        }
    }

    private static List<String> facts() {
        List<String> rows = new ArrayList<>();
        for (Facts.Fact fact : Facts.all()) {
            rows.add(fact(rows.size(), fact.question(), fact.answer()));
            rows.add(fact(rows.size(), fact.question(), fact.statement()));
        }
        return rows;
    }

    private static String fact(int number, String question, String answer) {
        JsonArray turns = new JsonArray();
        turns.add(Rows.turn("human", question));
        turns.add(Rows.turn("gpt", answer));
        JsonObject row = new JsonObject();
        row.addProperty("id", String.format(Locale.ROOT, "fact-%03d", number));
        row.add("conversations", turns);
        return GSON.toJson(row);
    }

    /** Facts and stories by turns. */
    private static List<String> choices(long seed, Split split, int count) {
        Scenes scenes = new Scenes(seed, split, Cast.KNOWN);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = scenes.speech(Style.GRID, i);
            Choice choice = i % 2 == 0 ? Facts.about(split, random) : Facts.story(scenes.grid(i, 0), random);
            JsonObject row = new JsonObject();
            row.addProperty("instruction", choice.instruction());
            row.addProperty("input", "");
            row.addProperty("output", choice.output());
            row.addProperty("answer", choice.answer());
            rows.add(GSON.toJson(row));
        }
        return rows;
    }
}
