package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.onnx.session.RunningGraph;

/** A {@link Denoiser} over the graph of a Stable Diffusion 3's or FLUX.1's transformer. */
final class MmditSteps implements Denoiser {
    private static final int AXES = 3;
    private static final float THOUSAND = 1000;

    private final MmditConfig config;
    private final RunningGraph graph;
    private final @Nullable OrtLoraAdapter adapter;
    private @Nullable LatentShape last;

    MmditSteps(MmditConfig config, RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        this.config = config;
        this.graph = graph;
        this.adapter = adapter;
    }

    @Override
    public Session open(Conditions given) {
        boolean other = last != null && !given.shape().equals(last);
        last = given.shape();
        return new Running(given, other);
    }

    /** A batch on its way: all of its buffers are made once and read by every run in place. */
    private final class Running implements Session {
        private final PackedPlaces places;
        private final FloatBuffer samples;
        private final FloatBuffer times;
        private final FloatBuffer made;
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();
        private boolean shrink;

        Running(Conditions given, boolean shrink) {
            this.shrink = shrink;
            LatentShape shape = given.shape();
            this.places = new PackedPlaces(shape);
            int rows = given.words().size();
            samples = RunningGraph.floats((long) rows * shape.size());
            made = RunningGraph.floats((long) rows * shape.size());
            times = RunningGraph.floats(rows);
            long[] sizes = config.flux()
                    ? new long[] {rows, places.places(), places.width()}
                    : new long[] {rows, shape.channels(), shape.height(), shape.width()};
            inputs.put("hidden_states", RunningGraph.tensor(samples, sizes));
            outputs.put("out_hidden_states", RunningGraph.tensor(made, sizes));
            inputs.put("timestep", RunningGraph.tensor(times, rows));
            told(given, rows);
        }

        private void told(Conditions given, int rows) {
            List<float[]> states =
                    given.words().stream().map(PromptEmbedding::states).toList();
            List<float[]> pooled = given.words().stream()
                    .map(each -> Objects.requireNonNull(each.pooled(), "this model reads pooled text"))
                    .toList();
            int words = states.get(0).length / config.textWidth();
            put("encoder_hidden_states", states, rows, words, config.textWidth());
            put("pooled_projections", pooled, rows, config.pooledWidth());
            if (config.flux()) {
                put("txt_ids", List.of(new float[words * AXES]), words, AXES);
                put("img_ids", List.of(places.positions()), places.places(), AXES);
            }
            if (config.guided()) {
                float[] guidance = new float[rows];
                for (int i = 0; i < rows; i++) {
                    guidance[i] = given.told().get(i).floatValue();
                }
                put("guidance", List.of(guidance), rows);
            }
        }

        private void put(String input, List<float[]> parts, long... shape) {
            FloatBuffer all = RunningGraph.floats((long) parts.size() * parts.get(0).length);
            parts.forEach(all::put);
            inputs.put(input, RunningGraph.tensor(all.rewind(), shape));
        }

        @Override
        public float[] answer(float[] given, double timestep) {
            samples.put(0, config.flux() ? places.of(given) : given);
            for (int i = 0; i < times.capacity(); i++) {
                // FLUX.1's graph makes steps of training of it itself.
                times.put(i, config.flux() ? (float) timestep / THOUSAND : (float) timestep);
            }
            graph.run(inputs, Set.of(), outputs, adapter, shrink).close();
            shrink = false;
            float[] answer = TextRun.array(made);
            return config.flux() ? places.back(answer) : answer;
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }
}
