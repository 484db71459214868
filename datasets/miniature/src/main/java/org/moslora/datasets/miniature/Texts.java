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
import org.moslora.datasets.miniature.language.Asked;
import org.moslora.datasets.miniature.language.Captions;
import org.moslora.datasets.miniature.language.Choice;
import org.moslora.datasets.miniature.language.Conversations;
import org.moslora.datasets.miniature.language.Facts;
import org.moslora.datasets.miniature.language.Topic;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;

/** What is without pictures: facts in LLaVA's format, and multiple-choice questions in the commonsense format. */
final class Texts {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Stories there are for so many scenes. */
    private static final int TOLD = 2;

    private static final double SUMS = 0.1;
    private static final List<String> NUMBERS = List.of("zero", "one", "two", "three", "four");
    /** What a caption tells. */
    private static final List<Topic> TOPICS = List.of(
            Topic.COLOUR,
            Topic.NEW_COLOUR,
            Topic.WHICH,
            Topic.NEW_WHICH,
            Topic.PLACE,
            Topic.EXIST,
            Topic.SIZE,
            Topic.WEARS);

    private Texts() {}

    static void write(Path folder, long seed, ToIntFunction<Split> counts) throws IOException {
        Path texts = Files.createDirectories(folder.resolve("text"));
        Files.writeString(texts.resolve("facts.json"), Rows.array(facts()));
        Files.writeString(
                texts.resolve("stories.json"), Rows.array(stories(seed, counts.applyAsInt(Split.TRAIN) / TOLD)));
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

    /**
     * Scenes told in words, new kinds among them, with a question about each, and between them sums of small numbers: so
     * that every word has been said before a picture is asked about it.
     */
    private static List<String> stories(long seed, int count) {
        Scenes scenes = new Scenes(seed, Split.TRAIN, Cast.MIXED);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = scenes.speech(Style.GRID, i);
            String id = String.format(Locale.ROOT, "story-%06d", i);
            if (random.nextDouble() < SUMS) {
                int sum = random.nextInt(NUMBERS.size());
                int part = random.nextInt(sum + 1);
                String question = "What is " + NUMBERS.get(part) + " and " + NUMBERS.get(sum - part) + "?";
                rows.add(row(id, question, NUMBERS.get(sum)));
            } else {
                rows.add(story(id, scenes.grid(i, 0), random));
            }
        }
        return rows;
    }

    private static String story(String id, Scene scene, SplittableRandom random) {
        String told = "There is " + Captions.of(scene, random) + ". ";
        Topic first = TOPICS.get(random.nextInt(TOPICS.size()));
        List<Asked> asked = Conversations.about(scene, first, List.of(), 1, random);
        while (asked.isEmpty()) {
            first = TOPICS.get(random.nextInt(TOPICS.size()));
            asked = Conversations.about(scene, first, List.of(), 1, random);
        }
        return row(id, told + asked.get(0).question(), asked.get(0).answer());
    }

    private static String fact(int number, String question, String answer) {
        return row(String.format(Locale.ROOT, "fact-%03d", number), question, answer);
    }

    private static String row(String id, String question, String answer) {
        JsonArray turns = new JsonArray();
        turns.add(Rows.turn("human", question));
        turns.add(Rows.turn("gpt", answer));
        JsonObject row = new JsonObject();
        row.addProperty("id", id);
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
