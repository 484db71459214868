package org.moslora.app.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Locale;
import java.util.Optional;

/** Seconds that the same work takes on either engine. */
record Timings(double torch, double onnx) {
    static Optional<Timings> of(JsonObject json) {
        return json.get("torch") instanceof JsonPrimitive torch
                        && json.get("onnx") instanceof JsonPrimitive onnx
                        && torch.isNumber()
                        && onnx.isNumber()
                ? Optional.of(new Timings(torch.getAsDouble(), onnx.getAsDouble()))
                : Optional.empty();
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("torch", torch);
        json.addProperty("onnx", onnx);
        return json;
    }

    boolean onnxIsFaster() {
        return onnx < torch;
    }

    /** @param what was measured */
    String told(String what) {
        return String.format(Locale.ROOT, "%s takes onnx %.3f s, torch %.3f s", what, onnx, torch);
    }
}
