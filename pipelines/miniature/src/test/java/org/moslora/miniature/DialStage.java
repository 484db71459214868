package org.moslora.miniature;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.moslora.adapters.AdapterPlan;
import org.moslora.adapters.TrainedAdapters;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.OtherTensor;

/** A model of two numbers that are to come to 3 and -1, and that notes whatever it is asked. */
final class DialStage implements Stage {
    private static final float[] AIMS = {3, -1};

    final List<Integer> learnt = new ArrayList<>();
    final List<float[]> examined = new ArrayList<>();
    final List<float[]> written = new ArrayList<>();
    final Arena arena = Arena.open(Compute.cpu());
    /** Happens in a step, before its gradients are there. */
    IntConsumer during = step -> {};
    /** What gradients of a step are multiplied by. */
    float slope = 1;
    /** Where writing fails. */
    boolean broken;

    private final OtherTensor dials = new OtherTensor("dials.weight", arena.floats(new float[] {0, 0}, 2));
    private final TrainedAdapters trained;

    DialStage() {
        AdapterPlan plan = new AdapterPlan().train("dials", "dials.");
        plan.made(dials);
        this.trained = plan.build(arena, Compute.cpu(), 0);
    }

    float[] values() {
        return dials.value().toFloatArray();
    }

    @Override
    public TrainedAdapters trained() {
        return trained;
    }

    @Override
    public Arena arena() {
        return arena;
    }

    /** Half the squared distance, and its gradient. */
    @Override
    public double learn(int step) {
        learnt.add(step);
        during.accept(step);
        float[] now = values();
        float[] gradient = {slope * (now[0] - AIMS[0]), slope * (now[1] - AIMS[1])};
        try (Arena own = arena.child()) {
            NDArray into = Objects.requireNonNull(dials.gradient());
            into.addi(own.floats(gradient, 2));
        }
        return (gradient[0] * gradient[0] + gradient[1] * gradient[1]) / 2;
    }

    @Override
    public Map<String, Double> examine() {
        examined.add(values());
        return Map.of("first", (double) values()[0]);
    }

    @Override
    public void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("dials.txt"), Arrays.toString(values()));
        if (broken) {
            throw new IOException("no room");
        }
        written.add(values());
    }

    @Override
    public void close() {
        arena.close();
    }
}
