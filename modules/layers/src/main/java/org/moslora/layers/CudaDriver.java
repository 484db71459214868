package org.moslora.layers;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * NVIDIA's driver as the machine has it, whatever libtorch is in use: asked itself, so that what is missing can be said
 * before or after libtorch has refused to load.
 *
 * @param version the newest CUDA that it runs, such as {@code 12.8}; empty without a driver
 * @param cards what it drives
 * @param missing what is in the way of computing on it; empty where nothing is
 */
public record CudaDriver(String version, List<Card> cards, String missing) {
    private static final int NO_DEVICE = 100;
    private static final int MISMATCH = 803;
    private static final int NAME = 256;
    private static final int MAJOR = 75;
    private static final int MINOR = 76;

    public CudaDriver {
        cards = List.copyOf(cards);
    }

    /**
     * One GPU.
     *
     * @param capability such as {@code 9.0}
     * @param bytes of its memory
     */
    public record Card(String name, String capability, long bytes) {}

    /** The functions of the driver that are called. */
    interface Driver extends Library {
        int cuInit(int flags);

        int cuDriverGetVersion(IntByReference version);

        int cuDeviceGetCount(IntByReference count);

        int cuDeviceGet(IntByReference device, int number);

        int cuDeviceGetName(byte[] name, int length, int device);

        int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

        int cuDeviceTotalMem_v2(LongByReference bytes, int device);
    }

    /** Asks. */
    public static CudaDriver find() {
        String library = Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
        if (Platform.isMac()) {
            return without("NVIDIA's driver does not exist for this system");
        }
        try {
            return of(Native.load(library, Driver.class));
        } catch (UnsatisfiedLinkError absent) {
            return without("no NVIDIA driver: this system has no " + library);
        }
    }

    private static CudaDriver without(String missing) {
        return new CudaDriver("", List.of(), missing);
    }

    /** What a driver answers. */
    static CudaDriver of(Driver driver) {
        IntByReference answer = new IntByReference();
        String version = driver.cuDriverGetVersion(answer) == 0 ? version(answer.getValue()) : "";
        int failed = driver.cuInit(0);
        if (failed != 0) {
            return new CudaDriver(version, List.of(), reason(failed));
        }
        List<Card> cards = new ArrayList<>();
        int count = driver.cuDeviceGetCount(answer) == 0 ? answer.getValue() : 0;
        for (int i = 0; i < count; i++) {
            cards.add(card(driver, i));
        }
        return new CudaDriver(version, cards, cards.isEmpty() ? reason(NO_DEVICE) : "");
    }

    private static Card card(Driver driver, int number) {
        IntByReference device = new IntByReference();
        driver.cuDeviceGet(device, number);
        byte[] name = new byte[NAME];
        driver.cuDeviceGetName(name, name.length, device.getValue());
        LongByReference bytes = new LongByReference();
        driver.cuDeviceTotalMem_v2(bytes, device.getValue());
        String capability =
                attribute(driver, device.getValue(), MAJOR) + "." + attribute(driver, device.getValue(), MINOR);
        return new Card(Native.toString(name, StandardCharsets.UTF_8.name()), capability, bytes.getValue());
    }

    private static int attribute(Driver driver, int device, int attribute) {
        IntByReference value = new IntByReference();
        return driver.cuDeviceGetAttribute(value, attribute, device) == 0 ? value.getValue() : 0;
    }

    private static String version(int number) {
        return String.format(Locale.ROOT, "%d.%d", number / 1000, number % 1000 / 10);
    }

    private static String reason(int error) {
        return switch (error) {
            case NO_DEVICE -> "NVIDIA's driver sees no GPU; in a container, was it started with the GPUs?";
            case MISMATCH -> "NVIDIA's driver and its library are of two versions; a restart helps after an update";
            default -> "NVIDIA's driver does not start: error " + error;
        };
    }
}
