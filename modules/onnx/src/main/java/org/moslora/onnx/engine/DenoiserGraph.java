package org.moslora.onnx.engine;

import ai.onnxruntime.OrtLoraAdapter;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.image.LatentShape;
import org.moslora.onnx.session.RunningGraph;

/** A denoiser's graph with an adapter on, batch after batch. */
final class DenoiserGraph {
    private final RunningGraph graph;
    private final @Nullable OrtLoraAdapter adapter;
    private @Nullable LatentShape last;

    DenoiserGraph(RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        this.graph = graph;
        this.adapter = adapter;
    }

    /** Begins a batch; at another size than the one before, the runtime first lets go of what that has taken. */
    StepTensors open(LatentShape shape) {
        boolean other = last != null && !shape.equals(last);
        last = shape;
        return new StepTensors(graph, adapter, other);
    }
}
