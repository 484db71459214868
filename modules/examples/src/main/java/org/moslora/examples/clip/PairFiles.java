package org.moslora.examples.clip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.moslora.examples.tokenizer.TokenizerJson;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * The tokenizer.json that transformers puts together of a folder with vocab.json and merges.txt alone: byte pairs, merged
 * in the order in which they were learnt (Sennrich and others, arXiv 1508.07909), the last one of a word marked.
 */
final class PairFiles {
    private static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";

    private PairFiles() {}

    /** @throws InvalidInput if a file is missing (the message says what there is) or broken */
    static TokenizerJson read(Path folder, TokenizerSettings settings) {
        for (String name : List.of(VOCABULARY, MERGES)) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new InvalidInput(
                        folder.toString(), "holds no " + name + " and no tokenizer.json; " + there(folder));
            }
        }
        String where = folder.resolve(VOCABULARY).toString();
        JsonObject words = JsonFile.read(folder.resolve(VOCABULARY));
        JsonObject json = frame();
        JsonObject model = json.getAsJsonObject("model");
        id(where, settings.unknown(), words);
        model.addProperty("unk_token", settings.unknown());
        model.add("vocab", words);
        model.add("merges", merges(folder.resolve(MERGES), words));
        json.add("added_tokens", added(where, words, settings));
        return TokenizerJson.of(where, json);
    }

    /** All that is the same in every such tokenizer. */
    private static JsonObject frame() {
        try (InputStream in = Objects.requireNonNull(PairFiles.class.getResourceAsStream("frame.json"))) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonArray merges(Path file, JsonObject words) {
        PairMerges merges = new PairMerges(file, words.keySet());
        try {
            InputFile.lines(file).forEach(merges::line);
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read as UTF-8 text: " + unreadable.getMessage());
        }
        return merges.read();
    }

    /** Tokens that are found as a whole; those that the vocabulary lacks have the ids past its end. */
    private static JsonArray added(String where, JsonObject words, TokenizerSettings settings) {
        JsonObject ids = new JsonObject();
        for (String token : settings.extra()) {
            if (!words.has(token) && !ids.has(token)) {
                ids.addProperty(token, words.size() + ids.size());
            }
        }
        JsonArray added = new JsonArray();
        settings.added().stream()
                .map(token -> object(token, id(where, token.content(), words.has(token.content()) ? words : ids)))
                .sorted(Comparator.comparingInt(token -> token.get("id").getAsInt()))
                .forEach(added::add);
        return added;
    }

    private static int id(String where, String token, JsonObject ids) {
        JsonElement id = ids.get(token);
        if (id == null) {
            throw new InvalidInput(
                    where, "has no token '" + token + "', which CLIP needs; is it another model's vocabulary?");
        }
        return JsonFile.id(where, token, id);
    }

    private static JsonObject object(AddedToken token, int id) {
        JsonObject object = new JsonObject();
        object.addProperty("id", id);
        object.addProperty("content", token.content());
        List.of("single_word", "lstrip", "rstrip").forEach(liberty -> object.addProperty(liberty, false));
        object.addProperty("normalized", token.normalized());
        object.addProperty("special", true);
        return object;
    }

    private static String there(Path folder) {
        if (!Files.isDirectory(folder)) {
            return "there is no such folder";
        }
        try (Stream<Path> files = Files.list(folder)) {
            String names = String.join(
                    ", ",
                    files.map(file -> String.valueOf(file.getFileName()))
                            .sorted()
                            .limit(20)
                            .toList());
            return names.isEmpty() ? "it is empty" : "it has " + names;
        } catch (IOException unreadable) {
            return "the folder cannot be listed";
        }
    }
}
