package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final RunningGraph graph;
    private final @Nullable OrtLoraAdapter adapter;
    private @Nullable LatentShape last;

    /**
     * @param placed whether latents go in place by place: FLUX.2's
     * @param textWidth of a token's states
     */
    ChatSteps(boolean placed, int textWidth, RunningGraph graph, @Nullable OrtLoraAdapter adapter) {
        this.placed = placed;
        this.textWidth = textWidth;
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
        private final LatentShape shape;
        private final FloatBuffer sample;
        private final FloatBuffer time = RunningGraph.floats(1);
        private final FloatBuffer made;
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();
        private final List<Map<String, OnnxTensor>> texts = new ArrayList<>();
        private boolean shrink;

        Running(Conditions given, boolean shrink) {
            this.shrink = shrink;
            this.shape = given.shape();
            sample = RunningGraph.floats(shape.size());
            made = RunningGraph.floats(shape.size());
            long[] sizes = placed
                    ? new long[] {1, places(), shape.channels()}
                    : new long[] {1, shape.channels(), shape.height(), shape.width()};
            inputs.put("hidden_states", RunningGraph.tensor(sample, sizes));
            inputs.put("timestep", RunningGraph.tensor(time, 1));
            outputs.put("out_hidden_states", RunningGraph.tensor(made, sizes));
            if (placed) {
                inputs.put("img_ids", tensor(positions(), places(), AXES));
            }
            given.words().forEach(words -> texts.add(text(words)));
        }

        private int places() {
            return shape.height() * shape.width();
        }

        private Map<String, OnnxTensor> text(PromptEmbedding words) {
            int rows = words.states().length / textWidth;
            Map<String, OnnxTensor> text = new HashMap<>();
            text.put("encoder_hidden_states", tensor(words.states(), 1, rows, textWidth));
            if (placed) {
                float[] numbers = new float[rows * AXES];
                for (int row = 0; row < rows; row++) {
                    numbers[row * AXES + AXES - 1] = row;
                }
                text.put("txt_ids", tensor(numbers, rows, AXES));
            }
            return text;
        }

        /** Row and column of each place, in the middle. */
        private float[] positions() {
            float[] all = new float[places() * AXES];
            for (int row = 0; row < shape.height(); row++) {
                for (int column = 0; column < shape.width(); column++) {
                    int at = (row * shape.width() + column) * AXES;
                    all[at + 1] = row;
                    all[at + 2] = column;
                }
            }
            return all;
        }

        private static OnnxTensor tensor(float[] values, long... sizes) {
            FloatBuffer buffer = RunningGraph.floats(values.length);
            return RunningGraph.tensor(buffer.put(0, values), sizes);
        }

        @Override
        public float[] answer(float[] samples, double timestep) {
            float[] answers = new float[samples.length];
            // Z-Image is told how much of the picture is there.
            time.put(0, placed ? (float) timestep / THOUSAND : (THOUSAND - (float) timestep) / THOUSAND);
            for (int row = 0; row < texts.size(); row++) {
                int start = row * shape.size();
                for (int i = 0; i < shape.size(); i++) {
                    sample.put(placed ? place(i) : i, samples[start + i]);
                }
                Map<String, OnnxTensor> all = new HashMap<>(inputs);
                all.putAll(texts.get(row));
                graph.run(all, Set.of(), outputs, adapter, shrink).close();
                shrink = false;
                for (int i = 0; i < shape.size(); i++) {
                    answers[start + i] = placed ? made.get(place(i)) : -made.get(i);
                }
            }
            return answers;
        }

        /** Where an entry of [channel, row, column] stands in [places, channels]. */
        private int place(int index) {
            return index % places() * shape.channels() + index / places();
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
            texts.forEach(text -> text.values().forEach(OnnxTensor::close));
        }
    }
}
