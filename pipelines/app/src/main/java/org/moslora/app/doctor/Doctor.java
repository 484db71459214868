package org.moslora.app.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.moslora.layers.AvailableMemory;
import org.moslora.layers.CudaDriver;
import org.moslora.layers.Engine;

/** One page about the machine, line by line as it is found out. */
public final class Doctor {
    private final Consumer<String> out;
    private String section = "";

    private Doctor(Consumer<String> out) {
        this.out = out;
    }

    /**
     * Looks at everything.
     *
     * @param version of this program
     * @param threads of one operator
     * @param out takes a line at a time
     * @return whether training can run
     */
    public static boolean examine(String version, int threads, Consumer<String> out) {
        Doctor doctor = new Doctor(out);
        doctor.machine(version);
        CudaDriver driver = CudaDriver.find();
        doctor.driver(driver);
        doctor.installations(TorchInstallation.find(System.getenv(), Path.of(System.getProperty("user.home"))));
        boolean runs = doctor.engine(threads) && doctor.steps(threads);
        doctor.caches();
        doctor.line("training", runs ? "can run" : "cannot run here, as told above");
        return runs;
    }

    private void machine(String version) {
        line(
                "program",
                version + ", Java " + Runtime.version().feature() + " with a heap of "
                        + AvailableMemory.readable(Runtime.getRuntime().maxMemory()) + ", "
                        + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch"));
        ProcessorFeatures processor = ProcessorFeatures.find();
        line("processor", processor.model() + ", " + cores(Runtime.getRuntime().availableProcessors()));
        if (!processor.known().isEmpty()) {
            line("processor", String.join(" ", processor.known()) + "; " + processor.halves());
        }
        line(
                "memory",
                readable(AvailableMemory.total()) + ", of which " + readable(AvailableMemory.bytes())
                        + " can be taken now");
    }

    private static String cores(int number) {
        return number + (number == 1 ? " core" : " cores");
    }

    private static String readable(long bytes) {
        return bytes == Long.MAX_VALUE ? "unknown" : AvailableMemory.readable(bytes);
    }

    private void driver(CudaDriver driver) {
        line(
                "CUDA",
                driver.version().isEmpty()
                        ? driver.missing()
                        : "driver for CUDA " + driver.version()
                                + (driver.missing().isEmpty() ? "" : "; " + driver.missing()));
        for (int i = 0; i < driver.cards().size(); i++) {
            CudaDriver.Card card = driver.cards().get(i);
            line(
                    "CUDA",
                    "cuda:" + i + " " + card.name() + ", compute capability " + card.capability() + ", "
                            + AvailableMemory.readable(card.bytes()));
        }
    }

    private void installations(List<TorchInstallation> found) {
        List<TorchInstallation> cuda =
                found.stream().filter(TorchInstallation::isForCuda).toList();
        if (cuda.isEmpty()) {
            line(
                    "torch",
                    "no libtorch for CUDA in the Python environments looked through; pip install torch=="
                            + Engine.LIBTORCH + " brings one");
        }
        for (TorchInstallation each : cuda) {
            line("torch", each.version() + " in " + each.libraries() + (each.fits() ? " fits:" : " " + each.misfit()));
            if (each.fits()) {
                line("torch", each.setting());
            }
        }
    }

    /** What is loaded; false where that fails. */
    private boolean engine(int threads) {
        try {
            Engine.start(threads);
            line(
                    "libtorch",
                    Engine.version() + (Engine.gpus() > 0 ? " with " + Engine.gpus() + " CUDA devices" : " on the CPU")
                            + ", from " + Engine.libraries());
            line("threads", threads + " in one operator; " + waiting(System.getenv()));
            return true;
        } catch (RuntimeException | LinkageError broken) {
            line("libtorch", told(broken));
            return false;
        }
    }

    private static String waiting(Map<String, String> environment) {
        for (String name : List.of("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")) {
            if (environment.containsKey(name)) {
                return "idle ones wait as " + name + "=" + environment.get(name) + " says";
            }
        }
        return "idle ones look out for work while the machine is free, and sleep where it is busy";
    }

    /** Whether the step on the CPU, which all others are held against, is done. */
    private boolean steps(int threads) {
        try (TinyTraining training = TinyTraining.open(threads)) {
            TinyTraining.Outcome cpu = training.on("cpu", "fp32");
            line("step", cpu.told("cpu fp32"));
            compared(training, cpu, "cpu", "bf16");
            for (int i = 0; i < Engine.gpus(); i++) {
                compared(training, cpu, "cuda:" + i, "fp32");
                compared(training, cpu, "cuda:" + i, "bf16");
            }
            return true;
        } catch (RuntimeException broken) {
            line("step", "cpu fp32 fails: " + told(broken));
            return false;
        }
    }

    private void compared(TinyTraining training, TinyTraining.Outcome cpu, String device, String precision) {
        try {
            TinyTraining.Outcome other = training.on(device, precision);
            line("step", other.told(device + " " + precision) + "; " + other.against(cpu, precision));
        } catch (RuntimeException broken) {
            line("step", device + " " + precision + " fails: " + told(broken));
        }
    }

    private static String told(Throwable broken) {
        return String.valueOf(broken.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private void caches() {
        CacheSizes.find().forEach(each -> line("cache", each.told()));
    }

    /** A line, under the name of its section where that begins. */
    private void line(String name, String text) {
        out.accept(String.format(Locale.ROOT, "%-10s %s", name.equals(section) ? "" : name, text));
        section = name;
    }
}
