package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.onnx.session.DeclaredValue;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;

/** A {@link Denoiser} over the UNet's graph. */
final class OnnxDenoiser implements Denoiser {
    private final PictureFolder folder;
    private final RunningGraph unet;
    private final @Nullable OrtLoraAdapter adapter;
    private @Nullable LatentShape last;

    OnnxDenoiser(PictureFolder folder, RunningGraph unet, @Nullable OrtLoraAdapter adapter) {
        this.folder = folder;
        this.unet = unet;
        this.adapter = adapter;
    }

    @Override
    public Session open(Conditions given) {
        checkSize(given.shape());
        boolean other = last != null && !given.shape().equals(last);
        last = given.shape();
        return new Running(given, other);
    }

    private void checkSize(LatentShape shape) {
        int stride = folder.stride();
        if (!unet.header().isOwn() && (shape.height() % stride != 0 || shape.width() % stride != 0)) {
            int pixels = stride * folder.autoencoder().factor();
            throw new InvalidInput(
                    unet.header().file().toString(),
                    "was exported elsewhere and takes sizes that are multiples of " + pixels + ", not "
                            + shape.width() * folder.autoencoder().factor() + "x"
                            + shape.height() * folder.autoencoder().factor()
                            + "; export takes the same model without that limit");
        }
    }

    /** A batch on its way: all of its buffers are made once and read by every run in place. */
    private final class Running implements Session {
        private final FloatBuffer samples;
        private final FloatBuffer time = RunningGraph.floats(1);
        private final FloatBuffer made;
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();
        private boolean shrink;

        Running(Conditions given, boolean shrink) {
            this.shrink = shrink;
            LatentShape shape = given.shape();
            int rows = given.words().size();
            samples = RunningGraph.floats((long) rows * shape.size());
            made = RunningGraph.floats((long) rows * shape.size());
            long[] sizes = {rows, shape.channels(), shape.height(), shape.width()};
            inputs.put("sample", RunningGraph.tensor(samples, sizes));
            outputs.put("out_sample", RunningGraph.tensor(made, sizes));
            List<float[]> states =
                    given.words().stream().map(PromptEmbedding::states).toList();
            int width = folder.unet().textWidth();
            inputs.put("encoder_hidden_states", stacked(states, rows, states.get(0).length / width, width));
            if (folder.isXl()) {
                List<float[]> pooled =
                        given.words().stream().map(Running::pooled).toList();
                inputs.put("text_embeds", stacked(pooled, rows, pooled.get(0).length));
                float[] ids = new float[given.sizes().size()];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = given.sizes().get(i);
                }
                inputs.put("time_ids", stacked(java.util.Collections.nCopies(rows, ids), rows, ids.length));
            }
        }

        private static float[] pooled(PromptEmbedding words) {
            return java.util.Objects.requireNonNull(words.pooled(), "this model reads pooled text");
        }

        private static OnnxTensor stacked(List<float[]> parts, long... shape) {
            FloatBuffer all = RunningGraph.floats((long) parts.size() * parts.get(0).length);
            parts.forEach(all::put);
            return RunningGraph.tensor(all.rewind(), shape);
        }

        @Override
        public float[] answer(float[] given, double timestep) {
            samples.put(0, given);
            Map<String, OnnxTensor> all = new HashMap<>(inputs);
            try (OnnxTensor when = time(timestep)) {
                all.put("timestep", when);
                unet.run(all, Set.of(), outputs, adapter, shrink).close();
            }
            shrink = false;
            return TextRun.array(made);
        }

        /** As the graph declares it: a number or a vector of one, a float or a whole number. */
        private OnnxTensor time(double timestep) {
            DeclaredValue declared =
                    java.util.Objects.requireNonNull(unet.header().inputs().get("timestep"));
            long[] shape = declared.dims().isEmpty() ? new long[0] : new long[] {1};
            if (declared.isFloat()) {
                time.put(0, (float) timestep);
                return RunningGraph.tensor(time, shape);
            }
            return unet.whole("timestep", new long[] {Math.round(timestep)}, shape);
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }
}
