package org.moslora.layers;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InvalidInput;

/**
 * Loads libtorch once for the process, with its allocator and threads set up first. Everything that computes starts
 * here. One thread drives the kernels of a model; others prepare Java arrays, or {@link #join} with another model.
 */
public final class Engine {
    private static final Pattern DEVICE = Pattern.compile("cpu|(?:cuda|gpu)(?::(\\d+))?");
    /** More threads than any machine gives one operator; beyond it a number is a slip. */
    public static final int MOST_THREADS = 1024;

    /** The libtorch that is called. */
    public static final String LIBTORCH = "2.7.1";

    /** What DJL calls its half for a libtorch of CUDA 12, which {@code PYTORCH_FLAVOR} must name. */
    public static final String FLAVOUR = "cu128";

    private static final String NAME = "PyTorch";

    private static boolean started;
    private static int threads = defaultThreads();

    static {
        stayOffline();
    }

    private Engine() {}

    /**
     * Starts the engine, or only sets the thread count when it already runs.
     *
     * @param threads threads inside one operator, at least 1
     */
    public static synchronized void start(int threads) {
        Engine.threads = threads;
        if (!started) {
            Allocator.keepMemory();
            IdleThreads.wait(System.getenv());
            NativeLibraries.unpack();
            load();
            JniUtils.setNumInteropThreads(1);
            started = true;
        }
        JniUtils.setNumThreads(threads);
        // Shapes change at every step, so specialising graphs to them costs more than it gives.
        JniUtils.setGraphExecutorOptimize(false);
    }

    private static void load() {
        try {
            NativeCalls.during(() -> ai.djl.engine.Engine.getEngine(NAME));
        } catch (EngineException failed) {
            throw MissingNatives.told(NativeLibraries.explained(failed));
        }
    }

    /**
     * Keeps DJL from the network, wherever it is used from: an engine that finds no native library would fetch one, and
     * any first use tells its makers that it happened.
     */
    public static void stayOffline() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    /** Sets up a further thread that is going to run kernels, if any do; each keeps to models of its own. */
    public static synchronized void join() {
        if (started) {
            JniUtils.setGraphExecutorOptimize(false);
        }
    }

    /** Threads inside one operator. With more or fewer of them, sums are made in another order and end in other digits. */
    public static synchronized int threads() {
        return threads;
    }

    /** {@code OMP_NUM_THREADS} where it is a number, else the cores of the machine. */
    public static int defaultThreads() {
        String set = System.getenv("OMP_NUM_THREADS");
        return set != null && set.matches("[1-9]\\d{0,2}")
                ? Integer.parseInt(set)
                : Runtime.getRuntime().availableProcessors();
    }

    /** libtorch's version, such as {@code 2.7.1}. */
    public static String version() {
        return ai.djl.engine.Engine.getEngine(NAME).getVersion();
    }

    /** How many CUDA devices libtorch computes on. */
    public static int gpus() {
        return ai.djl.engine.Engine.getEngine(NAME).getGpuCount();
    }

    /** The folder that libtorch was loaded from. */
    public static Path libraries() {
        return Path.of(LibUtils.getLibtorchPath());
    }

    /** Where libtorch is unpacked to. */
    public static Path cache() {
        return Utils.getEngineCacheDir("pytorch");
    }

    /**
     * Reads {@code cpu}, {@code cuda} or {@code cuda:N} and makes sure that the device is there.
     *
     * @throws InvalidInput when it is spelt otherwise or the machine has no such device
     */
    public static Device device(String name) {
        Matcher match = DEVICE.matcher(name);
        if (match.matches() && !started && !name.equals("cpu")) {
            start(threads);
        }
        if (!match.matches()) {
            throw new InvalidInput("device", "must be cpu, cuda or cuda:N, got \"" + name + "\"");
        }
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        int number = match.group(1) == null ? 0 : Integer.parseInt(match.group(1));
        int found = gpus();
        if (number >= found) {
            throw new InvalidInput(
                    "device",
                    name + " asked for, but this program sees " + found
                            + " CUDA devices; build it with -Dcuda and point it at a CUDA libtorch as the README says:"
                            + " moslora doctor finds one and says what is in the way");
        }
        return Device.gpu(number);
    }
}
