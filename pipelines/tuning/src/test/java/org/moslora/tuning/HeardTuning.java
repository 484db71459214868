package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.moslora.training.RunEstimate;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/** A listener that writes down what it hears, and does something besides where it is asked to. */
class HeardTuning implements TrainingListener {
    final List<String> calls = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    final List<StepReport> reports = new ArrayList<>();
    final List<RunEstimate> estimates = new ArrayList<>();

    /** Everything that is heard but remarks, which may be told at any time. */
    void hear(String call) {
        calls.add(call);
    }

    @Override
    public void stepped(StepReport report) {
        reports.add(report);
        hear("stepped " + report.step());
    }

    @Override
    public void started(String what, int done, int total) {
        hear("started " + what + " " + done + "/" + total);
    }

    @Override
    public void ended() {
        hear("ended");
    }

    @Override
    public void validated(int step, double loss) {
        hear("validated " + step);
    }

    @Override
    public void sampled(int step, Path file) {
        hear("sampled " + step);
    }

    @Override
    public void checkpointed(int step, Path folder) {
        hear("checkpointed " + step);
    }

    @Override
    public void estimated(RunEstimate estimate) {
        estimates.add(estimate);
        hear(String.format(Locale.ROOT, "estimated for %d steps", estimate.steps()));
    }

    @Override
    public void tell(String line) {
        told.add(line);
    }
}
