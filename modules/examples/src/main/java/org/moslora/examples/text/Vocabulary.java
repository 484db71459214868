package org.moslora.examples.text;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.moslora.problems.InvalidInput;

/** The tokens of a tokenizer.json and their ids, which the native library does not give out by name. */
final class Vocabulary {
    private final Map<String, Integer> ids = new HashMap<>();

    private Vocabulary() {}

    /** @throws InvalidInput if the file is not JSON, or not a tokenizer's */
    static Map<String, Integer> read(String where, byte[] json) throws IOException {
        Vocabulary vocabulary = new Vocabulary();
        JsonReader in = new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
        try {
            vocabulary.file(in);
        } catch (MalformedJsonException | JsonParseException | IllegalStateException | NumberFormatException damaged) {
            throw new InvalidInput(where, "is damaged: " + damaged.getMessage());
        } catch (java.io.EOFException cut) {
            throw new InvalidInput(where, "is truncated: its JSON ends early");
        }
        if (vocabulary.ids.isEmpty()) {
            throw new InvalidInput(where, "lists no tokens under model.vocab; is it a tokenizer's file?");
        }
        return vocabulary.ids;
    }

    private void file(JsonReader in) throws IOException {
        in.beginObject();
        while (in.hasNext()) {
            String key = in.nextName();
            if (key.equals("model") && in.peek() == JsonToken.BEGIN_OBJECT) {
                model(in);
            } else if (key.equals("added_tokens") && in.peek() == JsonToken.BEGIN_ARRAY) {
                added(in);
            } else {
                in.skipValue();
            }
        }
        in.endObject();
    }

    private void model(JsonReader in) throws IOException {
        in.beginObject();
        while (in.hasNext()) {
            boolean vocab = in.nextName().equals("vocab");
            if (vocab && in.peek() == JsonToken.BEGIN_OBJECT) {
                in.beginObject();
                while (in.hasNext()) {
                    String token = in.nextName();
                    ids.put(token, in.nextInt());
                }
                in.endObject();
            } else if (vocab && in.peek() == JsonToken.BEGIN_ARRAY) {
                scored(in);
            } else {
                in.skipValue();
            }
        }
        in.endObject();
    }

    /** A unigram model lists pairs of token and score; the place is the id. */
    private void scored(JsonReader in) throws IOException {
        in.beginArray();
        for (int id = 0; in.hasNext(); id++) {
            in.beginArray();
            ids.put(in.nextString(), id);
            while (in.hasNext()) {
                in.skipValue();
            }
            in.endArray();
        }
        in.endArray();
    }

    private void added(JsonReader in) throws IOException {
        in.beginArray();
        while (in.hasNext()) {
            String content = "";
            int id = -1;
            in.beginObject();
            while (in.hasNext()) {
                switch (in.nextName()) {
                    case "content" -> content = in.nextString();
                    case "id" -> id = in.nextInt();
                    default -> in.skipValue();
                }
            }
            in.endObject();
            ids.put(content, id);
        }
        in.endArray();
    }
}
