package org.moslora.app.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Locale;
import java.util.Optional;

/** Seconds that a step of a picture takes on either engine. */
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

    String told() {
        return String.format(Locale.ROOT, "a step takes onnx %.3f s, torch %.3f s", onnx, torch);
    }
}
