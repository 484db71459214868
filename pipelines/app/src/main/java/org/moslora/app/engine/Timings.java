package org.moslora.app.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Locale;
import java.util.Optional;

/** Seconds that the same work takes on either engine. */
record Timings(double torch, double onnx) {
    private static final int TURNS = 3;

    static Optional<Timings> of(JsonObject json) {
        return json.get("torch") instanceof JsonPrimitive torch
                        && json.get("onnx") instanceof JsonPrimitive onnx
                        && torch.isNumber()
                        && onnx.isNumber()
                ? Optional.of(new Timings(torch.getAsDouble(), onnx.getAsDouble()))
                : Optional.empty();
    }

    /**
     * Measures the same work on both, turn by turn, so that whatever else the machine does hits both; the least of each
     * counts. The first turn is for warming up.
     */
    static Timings turnByTurn(Runnable torch, Runnable onnx) {
        torch.run();
        onnx.run();
        double torchLeast = Double.POSITIVE_INFINITY;
        double onnxLeast = Double.POSITIVE_INFINITY;
        for (int turn = 0; turn < TURNS; turn++) {
            torchLeast = Math.min(torchLeast, seconds(torch));
            onnxLeast = Math.min(onnxLeast, seconds(onnx));
        }
        return new Timings(torchLeast, onnxLeast);
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
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
