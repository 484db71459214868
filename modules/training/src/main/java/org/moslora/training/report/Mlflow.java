package org.moslora.training.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.RunFolder;

/**
 * A run of an MLflow server: the recipe as its parameters, and its curves. Pictures and answers stay in the run folder, since
 * MLflow's client for Java hands files on to a program in Python. A server that goes away does not end a training.
 */
final class Mlflow implements Board {
    /** MLflow's own variables. */
    static final String SERVER = "MLFLOW_TRACKING_URI";

    private static final String EXPERIMENT = "MLFLOW_EXPERIMENT_NAME";
    private static final String USUAL_EXPERIMENT = "moslora";
    private static final String FILE = "mlflow.json";
    private static final String RUN_ID = "run_id";
    private static final int MOST_PARAMETERS = 100;
    private static final int LONGEST_VALUE = 500;

    private final MlflowClient client;
    private final String run;
    private final Messages messages;
    private boolean lost;
    private boolean over;

    private Mlflow(MlflowClient client, String run, Messages messages) {
        this.client = client;
        this.run = run;
        this.messages = messages;
    }

    /** @throws InvalidInput if nobody says where the server is, or it cannot be asked */
    static Mlflow open(RunFolder run, Map<String, Object> settings, int done, Messages messages) {
        return open(System.getenv(), run, settings, done, messages);
    }

    static Mlflow open(
            Map<String, String> environment, RunFolder run, Map<String, Object> settings, int done, Messages messages) {
        String server = environment.getOrDefault(SERVER, "");
        if (!server.matches("https?://.+")) {
            throw new InvalidInput(
                    "report",
                    "mlflow needs the address of a server in " + SERVER + ", such as http://127.0.0.1:5000, got \""
                            + server + "\"");
        }
        try {
            MlflowClient client = new MlflowClient(server);
            Path file = run.path().resolve(FILE);
            String known = done > 0 ? known(file) : null;
            if (known != null) {
                return new Mlflow(client, known, messages);
            }
            String experiment = experiment(client, environment.getOrDefault(EXPERIMENT, USUAL_EXPERIMENT));
            String created = create(client, experiment, run).getRunId();
            JsonObject json = new JsonObject();
            json.addProperty(RUN_ID, created);
            json.addProperty("tracking_uri", server);
            DurableFiles.writeString(file, json + "\n");
            Mlflow board = new Mlflow(client, created, messages);
            board.parameters(settings);
            return board;
        } catch (MlflowClientException refused) {
            throw new InvalidInput("report", "mlflow: the server " + server + " does not answer: " + reason(refused));
        }
    }

    private static @Nullable String known(Path file) {
        try {
            return JsonParser.parseString(InputFile.text(file))
                    .getAsJsonObject()
                    .get(RUN_ID)
                    .getAsString();
        } catch (IOException | JsonParseException | IllegalStateException | NullPointerException none) {
            return null;
        }
    }

    private static String experiment(MlflowClient client, String name) {
        return client.getExperimentByName(name)
                .map(Service.Experiment::getExperimentId)
                .orElseGet(() -> client.createExperiment(name));
    }

    private static Service.RunInfo create(MlflowClient client, String experiment, RunFolder run) {
        Path name = run.path().toAbsolutePath().normalize().getFileName();
        return client.createRun(Service.CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(name == null ? "run" : name.toString())
                .setStartTime(System.currentTimeMillis())
                .build());
    }

    private void parameters(Map<String, Object> settings) {
        List<Service.Param> all = new ArrayList<>();
        settings.forEach((name, value) -> {
            String text = value.toString();
            all.add(Service.Param.newBuilder()
                    .setKey(name)
                    .setValue(text.substring(0, Math.min(LONGEST_VALUE, text.length())))
                    .build());
        });
        for (int from = 0; from < all.size(); from += MOST_PARAMETERS) {
            client.logBatch(run, List.of(), all.subList(from, Math.min(all.size(), from + MOST_PARAMETERS)), List.of());
        }
    }

    @Override
    public void scalars(int step, Map<String, Double> values) {
        long now = System.currentTimeMillis();
        List<Service.Metric> metrics = values.entrySet().stream()
                .map(value -> Service.Metric.newBuilder()
                        .setKey(value.getKey())
                        .setValue(value.getValue())
                        .setTimestamp(now)
                        .setStep(step)
                        .build())
                .toList();
        tell(() -> client.logBatch(run, metrics, List.of(), List.of()));
    }

    @Override
    public void picture(int step, String name, byte[] png) {}

    @Override
    public void text(int step, String name, String markdown) {}

    @Override
    public void finished() {
        tell(() -> client.setTerminated(run));
        over = true;
    }

    /** Nothing more is said to a server that went away. */
    private void tell(Runnable telling) {
        if (lost) {
            return;
        }
        try {
            telling.run();
        } catch (MlflowClientException gone) {
            lost = true;
            messages.tell("mlflow: the server does not answer any more, and is told nothing more of this run: "
                    + reason(gone));
        }
    }

    private static String reason(MlflowClientException refused) {
        Throwable cause = refused.getCause();
        return String.valueOf(cause == null ? refused.getMessage() : cause.getMessage());
    }

    @Override
    public void close() {
        if (!over) {
            tell(() -> client.setTerminated(run, Service.RunStatus.KILLED));
        }
        client.close();
    }
}
