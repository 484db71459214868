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
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.moslora.datasets.miniature.language.Claims;
import org.moslora.datasets.miniature.language.Conversations;
import org.moslora.datasets.miniature.language.Exercise;
import org.moslora.datasets.miniature.language.OpenQuestion;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.language.SceneQuestion;
import org.moslora.datasets.miniature.language.Topic;
import org.moslora.datasets.miniature.language.WorldFacts;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;

/** What is without pictures: facts in LLaVA's format, and exercises in the commonsense format. */
final class WorldTexts {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Stories there are for so many scenes. */
    private static final int TOLD = 2;

    /** How many of a hundred of them are sums, verdicts to be repeated, and facts. */
    private static final int SUMS = 8;

    private static final int VERDICTS = 6;
    private static final int FACTS = 10;
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

    /** What a caption tells, too, and only tuning asks. */
    private static final List<Topic> PUZZLES = List.of(Topic.COUNT, Topic.WEARER, Topic.WEARER_COLOUR);

    private WorldTexts() {}

    static void write(Path folder, long seed, ToIntFunction<Split> counts) throws IOException {
        Path texts = Files.createDirectories(folder.resolve("text"));
        Files.writeString(texts.resolve("facts.json"), ConversationWriter.array(facts()));
        Files.writeString(
                texts.resolve("stories.json"),
                ConversationWriter.array(stories(seed, counts.applyAsInt(Split.TRAIN) / TOLD)));
        for (Split split : Split.values()) {
            int count = counts.applyAsInt(split);
            Scenes scenes = new Scenes(seed, split, Cast.KNOWN);
            Files.writeString(
                    texts.resolve("choices-" + split.word() + ".json"),
                    ConversationWriter.array(
                            exercises(scenes, count, random -> WorldFacts.about(split, random), WorldFacts::story)));
            Files.writeString(
                    texts.resolve("open-" + split.word() + ".json"),
                    ConversationWriter.array(
                            exercises(scenes, count, random -> WorldFacts.open(split, random), WorldTexts::puzzle)));
            Files.writeString(
                    texts.resolve("claims-" + split.word() + ".json"),
                    ConversationWriter.array(
                            exercises(scenes, count, random -> Claims.fact(split, random), Claims::story)));
        }
    }

    private static List<String> facts() {
        List<String> rows = new ArrayList<>();
        for (WorldFacts.Fact fact : WorldFacts.all()) {
            rows.add(fact(rows.size(), fact.question(), fact.answer()));
            rows.add(fact(rows.size(), fact.question(), fact.statement()));
        }
        return rows;
    }

    /**
     * Scenes told in words, new kinds among them, with a question about each, and between them facts, sums of small numbers
     * and verdicts: so that every word has been said before a picture is asked about it, or an exercise given. A word that
     * a model has never had to tell from others cannot be taught by an adapter beside a head that stays as it is.
     */
    private static List<String> stories(long seed, int count) {
        Scenes scenes = new Scenes(seed, Split.TRAIN, Cast.MIXED);
        List<WorldFacts.Fact> facts = WorldFacts.all();
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = scenes.speech(Style.GRID, i);
            String id = String.format(Locale.ROOT, "story-%06d", i);
            int what = random.nextInt(100);
            if (what < SUMS) {
                rows.add(sum(id, random));
            } else if (what < SUMS + VERDICTS) {
                rows.add(verdict(id, random));
            } else if (what < SUMS + VERDICTS + FACTS) {
                WorldFacts.Fact fact = facts.get(random.nextInt(facts.size()));
                rows.add(row(id, fact.question(), fact.statement()));
            } else {
                rows.add(story(id, scenes.grid(i, 0), random));
            }
        }
        return rows;
    }

    private static String sum(String id, SplittableRandom random) {
        int sum = random.nextInt(NUMBERS.size());
        int part = random.nextInt(sum + 1);
        String question = "What is " + NUMBERS.get(part) + " and " + NUMBERS.get(sum - part) + "?";
        return row(id, question, NUMBERS.get(sum));
    }

    /** Says what alone it may say. */
    private static String verdict(String id, SplittableRandom random) {
        Exercise exercise =
                random.nextBoolean() ? WorldFacts.about(Split.TRAIN, random) : Claims.fact(Split.TRAIN, random);
        return row(id, "Answer format: " + exercise.answer(), exercise.output());
    }

    private static String story(String id, Scene scene, SplittableRandom random) {
        OpenQuestion told = told(scene, TOPICS, random);
        return row(id, told.question(), told.answer());
    }

    /** Tells a scene and asks about it what none of the base models' stories ask. */
    private static OpenQuestion puzzle(Scene scene, SplittableRandom random) {
        return told(scene, PUZZLES, random);
    }

    private static OpenQuestion told(Scene scene, List<Topic> topics, SplittableRandom random) {
        String told = "There is " + SceneCaptions.of(scene, random) + ". ";
        List<SceneQuestion> asked = List.of();
        while (asked.isEmpty()) {
            Topic first = topics.get(random.nextInt(topics.size()));
            asked = Conversations.about(scene, first, List.of(), 1, random);
        }
        return new OpenQuestion(told + asked.get(0).question(), asked.get(0).answer());
    }

    private static String fact(int number, String question, String answer) {
        return row(String.format(Locale.ROOT, "fact-%03d", number), question, answer);
    }

    private static String row(String id, String question, String answer) {
        JsonArray turns = new JsonArray();
        turns.add(ConversationWriter.turn("human", question));
        turns.add(ConversationWriter.turn("gpt", answer));
        JsonObject row = new JsonObject();
        row.addProperty("id", id);
        row.add("conversations", turns);
        return GSON.toJson(row);
    }

    /** About facts and about stories by turns. */
    private static List<String> exercises(
            Scenes scenes,
            int count,
            Function<SplittableRandom, Exercise> fact,
            BiFunction<Scene, SplittableRandom, Exercise> story) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = scenes.speech(Style.GRID, i);
            Exercise exercise = i % 2 == 0 ? fact.apply(random) : story.apply(scenes.grid(i, 0), random);
            JsonObject row = new JsonObject();
            row.addProperty("instruction", exercise.instruction());
            row.addProperty("input", "");
            row.addProperty("output", exercise.output());
            row.addProperty("answer", exercise.answer());
            rows.add(GSON.toJson(row));
        }
        return rows;
    }
}
