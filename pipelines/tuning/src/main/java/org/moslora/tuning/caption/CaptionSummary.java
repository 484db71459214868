package org.moslora.tuning.caption;

import com.google.gson.JsonObject;

/**
 * What came of captioning a folder.
 *
 * @param pictures all of them
 * @param there texts that were there, asked for by an earlier call
 * @param kept texts that were there and are somebody else's
 * @param written texts that are new
 * @param failed pictures without a text: unreadable ones, and those that the model says nothing about
 */
public record CaptionSummary(int pictures, int there, int kept, int written, int failed) {
    /** One line. */
    public String json() {
        JsonObject json = new JsonObject();
        json.addProperty("pictures", pictures);
        json.addProperty("there", there);
        json.addProperty("kept", kept);
        json.addProperty("written", written);
        json.addProperty("failed", failed);
        return json.toString();
    }
}
