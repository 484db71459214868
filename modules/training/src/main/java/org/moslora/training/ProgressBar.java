package org.moslora.training;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.problems.Messages;

/** Shows on stderr how far a training has come, and its remarks. */
final class ProgressBar implements TrainingListener {
    private @Nullable Progress progress;

    @Override
    public void started(String what, int done, int total) {
        Progress begun = Progress.start(what, total, false);
        begun.resume(done);
        progress = begun;
    }

    @Override
    public void stepped(StepReport report) {
        if (progress != null) {
            progress.step(report.step(), columns(report));
        }
    }

    @Override
    public void advanced(int done) {
        if (progress != null) {
            progress.step(done, "");
        }
    }

    @Override
    public void ended() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }

    @Override
    public void tell(String line) {
        if (progress == null) {
            Messages.stderr(false).tell(line);
        } else {
            progress.note(line);
        }
    }

    private static String columns(StepReport report) {
        boolean tokens = report.unit().equals("tokens");
        return String.format(
                Locale.ROOT,
                tokens ? "loss %.4f  norm %.3f  lr %.2e  tok/s %.0f" : "loss %.4f  norm %.3f  lr %.2e  img/s %.2f",
                report.loss(),
                report.gradNorm(),
                report.learningRate(),
                report.units() / report.seconds());
    }
}
