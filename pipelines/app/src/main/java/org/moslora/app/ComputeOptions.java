package org.moslora.app;

import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the verbs that run a model: on what, in which numbers and with how many threads. */
final class ComputeOptions {
    @Option(names = "--device", defaultValue = "cpu", paramLabel = "D", description = "cpu, cuda or cuda:N.")
    private String device = "cpu";

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16.")
    private Precision precision = Precision.FP32;

    @Mixin
    private ThreadOption threads = new ThreadOption();

    /** Whether libtorch and ONNX Runtime could both compute so. */
    boolean isPlain() {
        return device.equals("cpu") && precision == Precision.FP32;
    }

    int threads() {
        return threads.count();
    }

    /** Starts libtorch. */
    Compute torch() {
        Engine.start(threads());
        return new Compute(Engine.device(device), precision);
    }

    /** @throws InvalidInput if a precision is asked for, which ONNX Runtime takes from its graphs */
    RunSettings onnx() {
        EngineName.ONNX.refuse(precision != Precision.FP32, "--precision");
        return RunSettings.of(device, threads());
    }
}
