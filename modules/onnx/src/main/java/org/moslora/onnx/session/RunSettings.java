package org.moslora.onnx.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * Where and how ONNX Runtime computes.
 *
 * @param threads of one operator
 * @param gpu number of the GPU; negative for the CPU
 */
public record RunSettings(int threads, int gpu) {
    static final RunSettings ONE_THREAD = new RunSettings(1, -1);

    /**
     * Reads a device as the command line spells it.
     *
     * @throws InvalidInput when there is none of this name, or this build has no ONNX Runtime for it
     */
    public static RunSettings of(String device, int threads) {
        if (device.equals("cpu")) {
            return new RunSettings(threads, -1);
        }
        if (!device.matches("cuda(:\\d{1,3})?")) {
            throw new InvalidInput(FieldName.of("device"), "must be cpu, cuda or cuda:N, got \"" + device + "\"");
        }
        return new RunSettings(threads, device.equals("cuda") ? 0 : Integer.parseInt(device.substring(5)));
    }

    SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        // Threads that wait for work by turning round take the core from whoever has some.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        if (gpu >= 0) {
            try {
                options.addCUDA(gpu);
            } catch (OrtException none) {
                options.close();
                throw new InvalidInput(
                        FieldName.of("device"),
                        "cuda is not in this build's ONNX Runtime, or finds no GPU; build with -Dcuda");
            }
        }
        return options;
    }
}
