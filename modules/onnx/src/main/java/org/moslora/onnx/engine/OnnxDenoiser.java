package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtLoraAdapter;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final DenoiserGraph graph;

    OnnxDenoiser(PictureFolder folder, RunningGraph unet, @Nullable OrtLoraAdapter adapter) {
        this.folder = folder;
        this.unet = unet;
        this.graph = new DenoiserGraph(unet, adapter);
    }

    @Override
    public Session open(Conditions given) {
        checkSize(given.shape());
        return new Running(given, graph.open(given.shape()));
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

    /** A batch on its way. */
    private final class Running implements Session {
        private final StepTensors tensors;
        private final FloatBuffer samples;
        private final FloatBuffer time = RunningGraph.floats(1);
        private final FloatBuffer made;

        Running(Conditions given, StepTensors tensors) {
            this.tensors = tensors;
            LatentShape shape = given.shape();
            int rows = given.words().size();
            long[] sizes = {rows, shape.channels(), shape.height(), shape.width()};
            samples = tensors.input("sample", sizes);
            made = tensors.output("out_sample", sizes);
            List<float[]> states =
                    given.words().stream().map(PromptEmbedding::states).toList();
            int width = folder.unet().textWidth();
            tensors.keep("encoder_hidden_states", states, rows, states.get(0).length / width, width);
            if (folder.isXl()) {
                List<float[]> pooled = given.words().stream()
                        .map(PromptEmbedding::mustBePooled)
                        .toList();
                tensors.keep("text_embeds", pooled, rows, pooled.get(0).length);
                float[] ids = new float[given.sizes().size()];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = given.sizes().get(i);
                }
                tensors.keep("time_ids", Collections.nCopies(rows, ids), rows, ids.length);
            }
        }

        @Override
        public float[] answer(float[] given, double timestep) {
            samples.put(0, given);
            try (OnnxTensor when = time(timestep)) {
                tensors.run(Map.of("timestep", when));
            }
            return TextRun.array(made);
        }

        /** As the graph declares it: a number or a vector of one, a float or a whole number. */
        private OnnxTensor time(double timestep) {
            DeclaredValue declared =
                    Objects.requireNonNull(unet.header().inputs().get("timestep"));
            long[] shape = declared.dims().isEmpty() ? new long[0] : new long[] {1};
            if (declared.isFloat()) {
                time.put(0, (float) timestep);
                return RunningGraph.tensor(time, shape);
            }
            return unet.whole("timestep", new long[] {Math.round(timestep)}, shape);
        }

        @Override
        public void close() {
            tensors.close();
        }
    }
}
