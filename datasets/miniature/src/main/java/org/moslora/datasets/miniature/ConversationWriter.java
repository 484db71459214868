package org.moslora.datasets.miniature;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.moslora.datasets.miniature.language.Conversations;
import org.moslora.datasets.miniature.language.SceneQuestion;
import org.moslora.datasets.miniature.language.Topic;
import org.moslora.datasets.miniature.paint.ScenePainter;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;

/**
 * The rows of one conversation file in LLaVA's format, with their pictures.
 *
 * @param name of the file, and of its pictures
 */
record ConversationWriter(String name, long seed, Split split, int count, boolean skills) {
    /** Pictures' sides: what a vision tower of six patches of twelve pixels sees. */
    static final int SIDE = 72;

    /** The most in a conversation: a question more about a picture costs less than a picture more. */
    private static final int TURNS = 4;
    /** Of the rows about new skills in training, those that ask what base models know, against forgetting. */
    private static final double KEPT = 0.3;

    /** Of the rows that base models learn from, those that ask for all there is: what makes a model look. */
    private static final double DRILLED = 0.2;

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** A row: a conversation and the name of its picture. */
    record Row(String id, List<SceneQuestion> turns) {
        String json() {
            JsonObject row = new JsonObject();
            row.addProperty("id", id);
            row.addProperty("image", id + ".png");
            JsonArray topics = new JsonArray();
            JsonArray conversation = new JsonArray();
            for (SceneQuestion asked : turns) {
                topics.add(asked.topic().word());
                conversation.add(turn("human", (conversation.isEmpty() ? "<image>\n" : "") + asked.question()));
                conversation.add(turn("gpt", asked.answer()));
            }
            row.add("topics", topics);
            row.add("conversations", conversation);
            return GSON.toJson(row);
        }
    }

    /** What base models learn: known kinds, base topics. */
    static ConversationWriter base(long seed, Split split, int count) {
        return new ConversationWriter(split.word(), seed, split, count, false);
    }

    /** What tuning teaches: new kinds among the known ones, new topics; in training also some base topics. */
    static ConversationWriter skills(long seed, Split split, int count) {
        return new ConversationWriter("skills-" + split.word(), seed, split, count, true);
    }

    /** Paints the pictures and writes the file. */
    List<Row> write(Path folder, Runnable painted) throws IOException {
        Path images = Files.createDirectories(folder.resolve("images"));
        ScenePainter painter = new ScenePainter(SIDE);
        List<Row> rows = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> row(i, images, painter, painted))
                .toList();
        Files.writeString(
                folder.resolve(name + ".json"),
                array(rows.stream().map(Row::json).toList()));
        return rows;
    }

    /** The first question's topic goes round; scenes are drawn until one can be asked about it. */
    private Row row(int i, Path images, ScenePainter painter, Runnable painted) {
        SplittableRandom random = new Scenes(seed, split, Cast.MIXED).speech(Style.GRID, i);
        boolean kept = !skills || (split == Split.TRAIN && random.nextDouble() < KEPT);
        Scenes scenes =
                kept ? new Scenes(seed + (skills ? 1 : 0), split, Cast.KNOWN) : new Scenes(seed, split, Cast.MIXED);
        List<Topic> topics = kept ? Topic.base() : Topic.skills();
        boolean drill = !skills && split == Split.TRAIN && random.nextDouble() < DRILLED;
        Topic first = drill ? Topic.LIST : topics.get(random.nextInt(topics.size()));
        Scene scene = scenes.grid(i, 0);
        List<SceneQuestion> asked = Conversations.about(scene, first, topics, TURNS, random);
        for (int attempt = 1; asked.isEmpty(); attempt++) {
            scene = scenes.grid(i, attempt);
            asked = Conversations.about(scene, first, topics, TURNS, random);
        }
        String id = String.format(Locale.ROOT, "%s-%06d", name, i);
        save(images.resolve(id + ".png"), painter.png(scene));
        painted.run();
        return new Row(id, asked);
    }

    private static void save(Path file, byte[] png) {
        try {
            Files.write(file, png);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** One row a line. */
    static String array(List<String> rows) {
        return rows.stream().collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    static JsonObject turn(String from, String value) {
        JsonObject turn = new JsonObject();
        turn.addProperty("from", from);
        turn.addProperty("value", value);
        return turn;
    }
}
