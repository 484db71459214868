package org.moslora.onnx.session;

import ai.onnxruntime.OnnxTensor;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.moslora.layers.NativeCalls;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;

/** A program that ends while a graph runs: {@code stopping} the run, or {@code finishing} some more in a hook. */
final class EndingProgram {
    private static final int LATE_RUNS = 50;

    private EndingProgram() {}

    public static void main(String... arguments) throws InterruptedException {
        RunningGraph graph = RunningGraph.of(slow());
        if (arguments[0].equals("finishing")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(graph)));
        } else {
            NativeCalls.stopAtExit();
        }
        CountDownLatch begun = new CountDownLatch(1);
        Thread worker = new Thread(() -> work(graph, begun));
        worker.setDaemon(true);
        worker.start();
        begun.await();
        System.exit(0);
    }

    /** Adds up a row again and again. */
    private static Graph slow() {
        Graph graph = new Graph("slow");
        Operators ops = new Operators(graph);
        Axis length = Axis.free("length");
        GraphValue x = graph.input("x", Element.FLOAT, length);
        GraphValue sum = x;
        for (int i = 0; i < 100; i++) {
            sum = ops.each("Sin", ops.add(sum, x));
        }
        graph.output("y", sum, length);
        return graph;
    }

    private static void run(RunningGraph graph, int length) {
        try (OnnxTensor x = RunningGraph.tensor(RunningGraph.floats(length), length)) {
            graph.run(Map.of("x", x), Set.of("y"), Map.of(), null, false).close();
        }
    }

    private static void work(RunningGraph graph, CountDownLatch begun) {
        try {
            while (true) {
                run(graph, 1 << 18);
                begun.countDown();
            }
        } catch (RuntimeException stopped) {
            System.out.println("taken for failed: " + stopped.getMessage());
        }
    }

    /** Begins when the library's own hook is through. */
    private static void finish(RunningGraph graph) {
        try {
            Thread.sleep(300);
        } catch (InterruptedException impatient) {
            return;
        }
        for (int i = 0; i < LATE_RUNS; i++) {
            run(graph, 1 << 10);
        }
        System.out.println("finished");
    }
}
