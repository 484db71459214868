package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.onnx.session.RunningGraph;

/**
 * A {@link Denoiser} over the graph of a Z-Image's or FLUX.2's transformer. Samples are asked about one by one, because texts
 * are of different lengths.
 */
final class ChatSteps implements Denoiser {
    private static final int AXES = 4;
    private static final float THOUSAND = 1000;

    private final boolean placed;
    private final int textWidth;
    private final DenoiserGraph graph;

    /**
     * @param placed whether latents go in place by place: FLUX.2's
     * @param textWidth of a token's states
     */
    ChatSteps(boolean placed, int textWidth, RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        this.placed = placed;
        this.textWidth = textWidth;
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
        private final FloatBuffer sample;
        private final FloatBuffer time;
        private final FloatBuffer made;
        private final List<Map<String, OnnxTensor>> texts = new ArrayList<>();

        Running(Conditions given, StepTensors tensors) {
            this.tensors = tensors;
            LatentShape shape = given.shape();
            this.places = new PackedPlaces(shape, 1, AXES);
            long[] sizes = placed
                    ? new long[] {1, places.places(), places.width()}
                    : new long[] {1, shape.channels(), shape.height(), shape.width()};
            sample = tensors.input("hidden_states", sizes);
            made = tensors.output("out_hidden_states", sizes);
            time = tensors.input("timestep", 1);
            if (placed) {
                tensors.keep("img_ids", List.of(places.positions()), places.places(), AXES);
            }
            given.words().forEach(words -> texts.add(text(words)));
        }

        private Map<String, OnnxTensor> text(PromptEmbedding words) {
            int rows = words.states().length / textWidth;
            Map<String, OnnxTensor> text = new HashMap<>();
            text.put("encoder_hidden_states", StepTensors.tensor(List.of(words.states()), 1, rows, textWidth));
            if (placed) {
                float[] numbers = new float[rows * AXES];
                for (int row = 0; row < rows; row++) {
                    numbers[row * AXES + AXES - 1] = row;
                }
                text.put("txt_ids", StepTensors.tensor(List.of(numbers), rows, AXES));
            }
            return text;
        }

        @Override
        public float[] answer(float[] samples, double timestep) {
            float[] answers = new float[samples.length];
            int size = sample.capacity();
            // Z-Image is told how much of the picture is there.
            time.put(0, placed ? (float) timestep / THOUSAND : (THOUSAND - (float) timestep) / THOUSAND);
            for (int row = 0; row < texts.size(); row++) {
                float[] one = Arrays.copyOfRange(samples, row * size, (row + 1) * size);
                sample.put(0, placed ? places.of(one) : one);
                tensors.run(texts.get(row));
                float[] answer = TextRun.array(made);
                System.arraycopy(placed ? places.back(answer) : negated(answer), 0, answers, row * size, size);
            }
            return answers;
        }

        private static float[] negated(float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = -values[i];
            }
            return values;
        }

        @Override
        public void close() {
            tensors.close();
            texts.forEach(text -> text.values().forEach(OnnxTensor::close));
        }
    }
}
