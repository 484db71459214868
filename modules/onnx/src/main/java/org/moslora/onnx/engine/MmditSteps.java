package org.moslora.onnx.engine;

import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.onnx.session.RunningGraph;

/** A {@link Denoiser} over the graph of a Stable Diffusion 3's or FLUX.1's transformer. */
final class MmditSteps implements Denoiser {
    private static final int PATCH = 2;
    private static final int AXES = 3;
    private static final float THOUSAND = 1000;

    private final MmditConfig config;
    private final DenoiserGraph graph;

    MmditSteps(MmditConfig config, RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        this.config = config;
        this.graph = new DenoiserGraph(graph, adapter);
    }

    @Override
    public Session open(Conditions given) {
        return new Running(given, graph.open(given.shape()));
    }

    /** A batch on its way. */
    private final class Running implements Session {
        private final StepTensors tensors;
        private final PackedPlaces places;
        private final FloatBuffer samples;
        private final FloatBuffer times;
        private final FloatBuffer made;

        Running(Conditions given, StepTensors tensors) {
            this.tensors = tensors;
            LatentShape shape = given.shape();
            this.places = new PackedPlaces(shape, PATCH, AXES);
            int rows = given.words().size();
            long[] sizes = config.flux()
                    ? new long[] {rows, places.places(), places.width()}
                    : new long[] {rows, shape.channels(), shape.height(), shape.width()};
            samples = tensors.input("hidden_states", sizes);
            made = tensors.output("out_hidden_states", sizes);
            times = tensors.input("timestep", rows);
            told(given, rows);
        }

        private void told(Conditions given, int rows) {
            List<float[]> states =
                    given.words().stream().map(PromptEmbedding::states).toList();
            List<float[]> pooled =
                    given.words().stream().map(PromptEmbedding::mustBePooled).toList();
            int words = states.get(0).length / config.textWidth();
            tensors.keep("encoder_hidden_states", states, rows, words, config.textWidth());
            tensors.keep("pooled_projections", pooled, rows, config.pooledWidth());
            if (config.flux()) {
                tensors.keep("txt_ids", List.of(new float[words * AXES]), words, AXES);
                tensors.keep("img_ids", List.of(places.positions()), places.places(), AXES);
            }
            if (config.guided()) {
                float[] guidance = new float[rows];
                for (int i = 0; i < rows; i++) {
                    guidance[i] = given.told().get(i).floatValue();
                }
                tensors.keep("guidance", List.of(guidance), rows);
            }
        }

        @Override
        public float[] answer(float[] given, double timestep) {
            samples.put(0, config.flux() ? places.of(given) : given);
            for (int i = 0; i < times.capacity(); i++) {
                // FLUX.1's graph makes steps of training of it itself.
                times.put(i, config.flux() ? (float) timestep / THOUSAND : (float) timestep);
            }
            tensors.run(Map.of());
            float[] answer = TextRun.array(made);
            return config.flux() ? places.back(answer) : answer;
        }

        @Override
        public void close() {
            tensors.close();
        }
    }
}
