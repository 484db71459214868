package org.moslora.datasets.tiny;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Questions whose answer is true or false, laid out as LLM-Adapters' commonsense sets are. */
final class TinyFacts {
    private static final String QUESTION = "Please answer the following question with true or false, question: is a"
            + " %s %s %s?\n\nAnswer format: true/false";
    private static final String ANSWER = "the correct answer is ";
    /** What a template adds around questions, so that the tokenizer knows its words. */
    private static final List<String> AROUND = List.of(
            "Below is an instruction that describes a task. Write a response that appropriately completes the request.",
            "\n\n### Instruction:\n",
            "\n\n### Response:\n",
            " ".repeat(16),
            " ".repeat(15),
            "  \n\n");

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private TinyFacts() {}

    /** Every text that can come up, for the tokenizer to learn from. */
    static List<String> texts() {
        List<String> texts = new ArrayList<>(AROUND);
        texts.add(ANSWER + "true");
        texts.add(ANSWER + "false");
        texts.add(QUESTION.formatted("a", "a", "a"));
        for (TinyColour hue : TinyColour.values()) {
            texts.add(" " + hue.word());
        }
        for (Figure figure : Figure.values()) {
            texts.add(" " + figure.word());
        }
        return texts;
    }

    /** A question about each scene, half of them about its own colour. */
    static void write(Path file, List<TinyScene> scenes, Random random) throws IOException {
        JsonArray rows = new JsonArray();
        for (TinyScene scene : scenes) {
            boolean right = random.nextBoolean();
            TinyColour asked = right ? scene.hue() : other(scene.hue(), random);
            JsonObject row = new JsonObject();
            row.addProperty(
                    "instruction",
                    QUESTION.formatted(scene.hue().word(), scene.figure().word(), asked.word()));
            row.addProperty("input", "");
            row.addProperty("output", ANSWER + right);
            row.addProperty("answer", Boolean.toString(right));
            rows.add(row);
        }
        Files.writeString(file, GSON.toJson(rows));
    }

    private static TinyColour other(TinyColour hue, Random random) {
        List<TinyColour> others =
                Arrays.stream(TinyColour.values()).filter(one -> one != hue).toList();
        return others.get(random.nextInt(others.size()));
    }
}
