package org.moslora.training.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.moslora.console.recipe.Setting;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFolder;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/** The boards that a recipe's {@code report} names, each told what the training's own listener is told. */
public final class Reports implements TrainingListener, AutoCloseable {
    private final TrainingListener listener;
    private final List<Board> boards;

    private Reports(TrainingListener listener, List<Board> boards) {
        this.listener = listener;
        this.boards = boards;
    }

    /**
     * Opens the boards of a run, whose folder is there.
     *
     * @param kinds none for none
     * @param settings every leaf of the recipe
     * @param done steps that a resumed run has taken
     * @param listener is told everything first
     */
    public static Reports of(
            List<ReportKind> kinds, RunFolder run, List<Setting> settings, int done, TrainingListener listener) {
        Map<String, Object> values = new LinkedHashMap<>();
        settings.forEach(setting -> values.put(setting.path(), plain(setting.value())));
        return new Reports(
                listener,
                kinds.stream()
                        .distinct()
                        // What may be refused comes before what leaves a file.
                        .sorted(Comparator.reverseOrder())
                        .map(kind -> switch (kind) {
                            case TENSORBOARD -> TensorBoard.open(run, values, done);
                            case MLFLOW -> mlflow(run, values, done, listener);
                        })
                        .map(Board.class::cast)
                        .toList());
    }

    private static Board mlflow(RunFolder run, Map<String, Object> values, int done, TrainingListener listener) {
        try {
            return Mlflow.open(run, values, done, listener::tell);
        } catch (NoClassDefFoundError absent) {
            throw new InvalidInput(
                    "report",
                    "mlflow needs MLflow's client for Java, which this distribution leaves out: put the jar"
                            + " org.mlflow:mlflow-client:2.17.2 into its lib folder under the name"
                            + " mlflow-client-2.17.2.jar");
        }
    }

    /** A setting's value as what it is. */
    private static Object plain(String yaml) {
        if (yaml.equals("true") || yaml.equals("false")) {
            return Boolean.valueOf(yaml);
        }
        try {
            return Double.valueOf(yaml);
        } catch (NumberFormatException text) {
            return yaml;
        }
    }

    @Override
    public void stepped(StepReport report) {
        listener.stepped(report);
        boards.forEach(board -> board.scalars(report.step(), scalars(report)));
    }

    private static Map<String, Double> scalars(StepReport report) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("loss", report.loss());
        scalars.put("grad_norm", report.gradNorm());
        scalars.put("learning_rate", report.learningRate());
        scalars.put("seconds", report.seconds());
        scalars.put(report.unit(), (double) report.units());
        scalars.put("peak_rss_bytes", (double) report.peakRss());
        scalars.putAll(report.figures());
        return scalars;
    }

    @Override
    public void validated(int step, double loss) {
        listener.validated(step, loss);
        boards.forEach(board -> board.scalars(step, Map.of("validation_loss", loss)));
    }

    @Override
    public void sampled(int step, Path file) {
        listener.sampled(step, file);
        boolean picture = file.toString().endsWith(".png");
        try {
            byte[] bytes = InputFile.bytes(file);
            for (Board board : boards) {
                if (picture) {
                    board.picture(step, "samples", bytes);
                } else {
                    board.text(step, "answers", answers(file));
                }
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Rows of answers as a table. */
    private static String answers(Path file) throws IOException {
        return InputFile.lines(file).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .map(row -> "| " + cell(row, "question") + " | " + cell(row, "expected") + " | " + cell(row, "answer")
                        + " |")
                .collect(Collectors.joining("\n", "| question | expected | answer |\n|---|---|---|\n", "\n"));
    }

    private static String cell(JsonObject row, String key) {
        return row.has(key)
                ? row.get(key).getAsString().replaceAll("[\\s\\p{Cntrl}]+", " ").replace("|", "\\|")
                : "";
    }

    @Override
    public void started(String what, int done, int total) {
        listener.started(what, done, total);
    }

    @Override
    public void advanced(int done) {
        listener.advanced(done);
    }

    @Override
    public void ended() {
        listener.ended();
    }

    @Override
    public void checkpointed(int step, Path folder) {
        listener.checkpointed(step, folder);
    }

    @Override
    public void tell(String line) {
        listener.tell(line);
    }

    /** All steps are taken. */
    public void finished() {
        boards.forEach(Board::finished);
    }

    @Override
    public void close() {
        boards.forEach(Board::close);
    }
}
