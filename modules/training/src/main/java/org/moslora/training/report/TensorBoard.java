package org.moslora.training.report;

import java.util.List;
import java.util.Map;
import org.moslora.training.RunFolder;

/** Event files in the run folder, which TensorBoard finds below any folder that it is started on. */
final class TensorBoard implements Board {
    private final EventFile events;
    private int last;

    private TensorBoard(EventFile events, int done) {
        this.events = events;
        this.last = done;
    }

    static TensorBoard open(RunFolder run, Map<String, Object> settings, int done) {
        EventFile events = EventFile.open(run.path(), done);
        TensorBoard board = new TensorBoard(events, done);
        if (done == 0) {
            events.add(0, List.of(Summaries.experiment(settings, "loss"), Summaries.session(settings, now())));
        }
        return board;
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    @Override
    public void scalars(int step, Map<String, Double> values) {
        last = step;
        events.add(
                step,
                values.entrySet().stream()
                        .map(value -> Summaries.scalar(value.getKey(), value.getValue()))
                        .toList());
    }

    @Override
    public void picture(int step, String name, byte[] png) {
        events.add(step, List.of(Summaries.picture(name, png)));
    }

    @Override
    public void text(int step, String name, String markdown) {
        events.add(step, List.of(Summaries.text(name, markdown)));
    }

    @Override
    public void finished() {
        events.add(last, List.of(Summaries.sessionEnd(now())));
    }

    @Override
    public void close() {
        events.close();
    }
}
