package org.moslora.pictures;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

/**
 * What made one picture, enough to make it again.
 *
 * @param request the prompt, and every option that had a say; the seed is that of this picture, {@code images} is not
 *     set
 * @param model a short name for the model
 * @param more further fields for the picture's parameters, such as {@code Model hash}, {@code Lora hashes} and {@code
 *     Version}; under {@code Scheduler} the command line's name of the model's own scheduler, where the request names
 *     none
 */
public record GenerationParameters(PictureRequest request, String model, Map<String, String> more) {
    /** The field of what a model is told of guidance; among {@link #more} it says that the model is of such a family. */
    public static final String DISTILLED = "Distilled CFG Scale";

    static final String FILE = "file";
    static final String MODEL = "model";
    static final String MORE = "more";

    public GenerationParameters {
        more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    /** The parameters text; what its common fields cannot say stands in fields of this program at the end. */
    ParametersText parameters() {
        ParametersText plain = new GenerationFields(this).parameters(false);
        return saysAll(plain) ? plain : new GenerationFields(this).parameters(true);
    }

    private boolean saysAll(ParametersText plain) {
        try {
            return GenerationFields.request(ParametersText.parse(plain.text())).equals(request);
        } catch (InvalidInput misread) {
            return false; // such as an adapter with a comma in its path
        }
    }

    /**
     * What a picture file says of its making, this program's or that of the web UI.
     *
     * @param file a PNG
     * @throws InvalidInput if it is no PNG, has no parameters, or they cannot be worked with
     */
    public static PictureRequest read(Path file) {
        String text = PngFile.readText(file, PngFile.PARAMETERS)
                .orElseThrow(() -> new InvalidInput(
                        file.toString(),
                        "holds no \"parameters\" text, so it is not known what made it; programs that save pictures"
                                + " anew often leave it out"));
        try {
            return GenerationFields.request(ParametersText.parse(text));
        } catch (InvalidInput odd) {
            throw new InvalidInput(odd.problems().stream()
                    .map(problem -> new Problem(file.toString(), problem.toString()))
                    .toList());
        }
    }

    /** A number that equal makings share, wherever in a batch they were made, and others do not but by rare chance. */
    public long mark() {
        Map<String, String> placeless = new LinkedHashMap<>(more);
        placeless.keySet().removeIf(BatchPlace::isField);
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (byte each : Quoted.json(new GenerationParameters(request, model, placeless).json(""))
                .getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** A row of images.jsonl. */
    JsonObject json(String file) {
        JsonObject json = new JsonObject();
        json.addProperty(FILE, file);
        request.addTo(json);
        json.addProperty(MODEL, model);
        JsonObject others = new JsonObject();
        more.forEach(others::addProperty);
        json.add(MORE, others);
        return json;
    }

    static GenerationParameters of(String where, JsonObject json) {
        PictureRequest request = PictureRequest.of(where, json, Set.of(FILE, MODEL, MORE));
        Map<String, String> more = new LinkedHashMap<>();
        if (json.get(MORE) instanceof JsonObject others) {
            others.entrySet()
                    .forEach(entry -> more.put(
                            entry.getKey(),
                            entry.getValue() instanceof JsonPrimitive text
                                    ? text.getAsString()
                                    : entry.getValue().toString()));
        }
        return new GenerationParameters(
                request, json.get(MODEL) instanceof JsonPrimitive name ? name.getAsString() : "", more);
    }
}
