package org.moslora.app.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.moslora.FineTuning;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.tensors.FolderTree;
import org.moslora.training.StepReport;
import org.moslora.visual.VisualRecipe;

/** A step of a LLaVA that is made for it, from pictures to an adapter, in a folder that is gone afterwards. */
final class TinyTraining implements AutoCloseable {
    private static final double FP32_TOLERANCE = 1e-3;
    private static final double BF16_TOLERANCE = 5e-2;

    private final Path folder;
    private final TinyLlava tiny;
    private final int threads;

    private TinyTraining(Path folder, TinyLlava tiny, int threads) {
        this.folder = folder;
        this.tiny = tiny;
        this.threads = threads;
    }

    static TinyTraining open(int threads) {
        try {
            Path folder = Files.createTempDirectory("moslora");
            return new TinyTraining(
                    folder, TinyLlava.write(folder, TinyOptions.standard().withPictures(8, 1)), threads);
        } catch (IOException full) {
            throw new UncheckedIOException("no training can be tried: " + full.getMessage(), full);
        }
    }

    /**
     * What a training came to.
     *
     * @param seconds that it took
     */
    record Outcome(double loss, double norm, double seconds) {
        String told(String where) {
            return String.format(
                    Locale.ROOT, "%s: loss %.5f, gradient norm %.5f, %.0f ms", where, loss, norm, 1000 * seconds);
        }

        /** How it compares with what is right. */
        String against(Outcome right, String precision) {
            double off = Math.max(off(loss, right.loss), off(norm, right.norm));
            double most = precision.equals("fp32") ? FP32_TOLERANCE : BF16_TOLERANCE;
            return String.format(
                    Locale.ROOT, "%s %.1e of the CPU's in fp32", off <= most ? "within" : "WRONG: off by", off);
        }

        private static double off(double given, double right) {
            return Math.abs(given - right) / Math.abs(right);
        }
    }

    Outcome on(String device, String precision) {
        VisualRecipe recipe = VisualRecipe.builder()
                .set("model", tiny.model())
                .set("output", folder.resolve(device.replace(':', '-') + "-" + precision))
                .set("device", device)
                .set("data.conversations", tiny.train())
                .set("data.images", tiny.images())
                .set("data.template", "vicuna_v1")
                .set("training.max_steps", 1)
                .set("training.batch_size", 2)
                .set("training.precision", precision)
                .build();
        List<StepReport> reports = new ArrayList<>();
        FineTuning.of(recipe).threads(threads).run(reports::add);
        StepReport step = reports.get(0);
        return new Outcome(step.loss(), step.gradNorm(), step.seconds());
    }

    @Override
    public void close() {
        FolderTree.deleteQuietly(folder);
    }
}
