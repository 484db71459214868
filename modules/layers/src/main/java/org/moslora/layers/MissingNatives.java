package org.moslora.layers;

import ai.djl.util.Utils;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.problems.InvalidInput;

/** Says why a libtorch that somebody has pointed at does not load, where DJL only says that it does not. */
final class MissingNatives {
    private static final String PLACE = "PYTORCH_LIBRARY_PATH";

    private MissingNatives() {}

    /** What to throw in place of a failure to load; the failure itself where nobody has pointed anywhere. */
    static RuntimeException told(RuntimeException failed) {
        String place = Utils.getEnvOrSystemProperty(PLACE);
        return place == null
                ? failed
                : new InvalidInput(PLACE + " " + place, what(Path.of(place), CudaDriver.find(), failed));
    }

    /** What is wrong with a folder, as far as can be seen from outside. */
    static String what(Path folder, CudaDriver driver, RuntimeException failed) {
        if (!Files.isDirectory(folder)) {
            return "is no folder; name the one that libtorch's libraries lie in, such as torch/lib of a Python"
                    + " environment";
        }
        if (!Files.exists(folder.resolve("libtorch_cpu.so")) && !Files.exists(folder.resolve("libtorch_cpu.dylib"))) {
            return "holds no libtorch_cpu; name the folder that libtorch's libraries lie in, such as torch/lib of a"
                    + " Python environment";
        }
        boolean cuda = Files.exists(folder.resolve("libtorch_cuda.so"));
        if (cuda && driver.version().isEmpty()) {
            return "holds a libtorch for CUDA, which cannot be loaded here: " + driver.missing()
                    + ". Install the driver, or run without MOSLORA_CUDA and " + PLACE + " on the CPU";
        }
        return "holds a libtorch that cannot be loaded: " + last(failed)
                + (cuda && !driver.missing().isEmpty() ? " (" + driver.missing() + ")" : "")
                + "; PYTORCH_VERSION and PYTORCH_FLAVOR must say which it is, and 2.7.1 is what this program calls";
    }

    private static String last(Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
