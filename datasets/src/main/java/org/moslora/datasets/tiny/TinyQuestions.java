package org.moslora.datasets.tiny;

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

/** What is asked about pictures, as conversation files in LLaVA's format. */
final class TinyQuestions {
    private static final String WHAT = "What is in the picture?";
    private static final String COLOUR = "Which colour does it have?";
    private static final String SHAPE = "Which shape does it have?";
    /** What a template adds around questions, so that the tokenizer knows its words. */
    private static final List<String> AROUND = List.of(
            "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful,"
                    + " detailed, and polite answers to the user's questions. USER: ",
            "\n",
            " ASSISTANT:",
            "user\n\n",
            "assistant\n\n");

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private TinyQuestions() {}

    /** Every text that can come up, for the tokenizer to learn from. */
    static List<String> texts() {
        List<String> texts = new ArrayList<>(AROUND);
        texts.addAll(List.of(WHAT, COLOUR, SHAPE));
        for (TinyColour hue : TinyColour.values()) {
            texts.add(" " + hue.word());
            texts.add(hue.word());
        }
        for (Figure figure : Figure.values()) {
            texts.add(" a " + figure.word());
            texts.add(figure.word());
        }
        return texts;
    }

    /** Draws the scenes and writes a conversation about each. */
    static void write(Path file, Path images, String name, List<TinyScene> scenes, int pixels) throws IOException {
        JsonArray rows = new JsonArray();
        for (int i = 0; i < scenes.size(); i++) {
            String id = String.format(Locale.ROOT, "%s-%04d", name, i);
            Files.write(images.resolve(id + ".png"), scenes.get(i).png(pixels));
            JsonObject row = new JsonObject();
            row.addProperty("id", id);
            row.addProperty("image", id + ".png");
            row.add("conversations", turns(scenes.get(i), i));
            rows.add(row);
        }
        Files.writeString(file, GSON.toJson(rows));
    }

    /** One question for both, or one for each, whose answers tell nothing of one another. */
    private static JsonArray turns(TinyScene scene, int number) {
        JsonArray turns = new JsonArray();
        String both = "a " + scene.hue().word() + " " + scene.figure().word();
        switch (number % 3) {
            case 0 -> ask(turns, WHAT, both);
            case 1 -> {
                ask(turns, COLOUR, scene.hue().word());
                ask(turns, SHAPE, scene.figure().word());
            }
            default -> {
                ask(turns, SHAPE, scene.figure().word());
                ask(turns, COLOUR, scene.hue().word());
            }
        }
        return turns;
    }

    private static void ask(JsonArray turns, String question, String answer) {
        turns.add(turn("human", (turns.isEmpty() ? "<image>\n" : "") + question));
        turns.add(turn("gpt", answer));
    }

    private static JsonObject turn(String from, String value) {
        JsonObject turn = new JsonObject();
        turn.addProperty("from", from);
        turn.addProperty("value", value);
        return turn;
    }
}
