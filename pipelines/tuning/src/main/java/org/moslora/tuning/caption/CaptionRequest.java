package org.moslora.tuning.caption;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.moslora.generation.Sampling;

/**
 * What is asked about every picture of a folder.
 *
 * @param images the folder
 * @param prompt the question
 * @param sampling how it is answered
 * @param made by what, as it is written down: the model, then adapters
 * @param quiet whether no progress is shown
 */
public record CaptionRequest(Path images, String prompt, Sampling sampling, List<String> made, boolean quiet) {
    public CaptionRequest {
        made = List.copyOf(made);
    }

    /** A text's row, without the text: two that are alike were asked alike. */
    JsonObject row(Path text) {
        JsonObject row = new JsonObject();
        row.addProperty(CaptionRows.FILE, String.valueOf(text.getFileName()));
        row.addProperty("prompt", prompt);
        row.addProperty("made_by", String.join(" + ", made));
        row.addProperty("temperature", sampling.temperature());
        row.addProperty("top_p", sampling.topP());
        row.addProperty("seed", sampling.seed());
        row.addProperty("max_new_tokens", sampling.maxTokens());
        return row;
    }
}
