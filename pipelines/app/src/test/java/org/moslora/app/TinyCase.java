package org.moslora.app;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.testing.Trees;

/** A tiny LLaVA, its data and a recipe, and ways to spoil copies of them. */
record TinyCase(Path folder, TinyLlava llava) {
    private static final String RECIPE = """
            pipeline: visual-instruction-tuning
            model: model
            output: run
            adapter: {kind: moslora, rank: 3, alpha: 6, targets: [q_proj, v_proj, up_proj]}
            data: {conversations: train.json, images: images, template: vicuna_v1}
            training:
              learning_rate: 5.0e-3
              max_steps: 6
              batch_size: 2
              gradient_accumulation: 2
              checkpoint_every: 3
              seed: 3
            """;

    static TinyCase in(Path folder) {
        TinyCase made = new TinyCase(
                folder,
                TinyLlava.write(folder, TinyOptions.standard().withSeed(4).withPictures(10, 4)));
        write(made.recipe(), RECIPE);
        return made;
    }

    Path recipe() {
        return folder.resolve("recipe.yaml");
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /** A copy of the model folder of this name. */
    Path model(String name) {
        return Trees.copy(llava.model(), path(name));
    }

    /** A copy of the model folder with another config. */
    Path modelWith(String name, Consumer<JsonObject> change) {
        Path model = model(name);
        JsonObject config =
                JsonParser.parseString(read(model.resolve("config.json"))).getAsJsonObject();
        change.accept(config);
        write(model.resolve("config.json"), new Gson().toJson(config));
        return model;
    }

    /** The training data with one row more. */
    Path dataWith(String name, String row) {
        JsonArray rows = JsonParser.parseString(read(llava.train())).getAsJsonArray();
        JsonElement more = JsonParser.parseString(row);
        rows.add(more);
        Path file = path(name + ".json");
        write(file, rows.toString());
        return file;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
