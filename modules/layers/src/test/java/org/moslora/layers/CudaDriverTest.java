package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a driver answers is told as it is, and what a libtorch for CUDA lacks as what is missing. */
final class CudaDriverTest {
    private static final CudaDriver NONE = new CudaDriver("", java.util.List.of(), "no NVIDIA driver");

    @TempDir
    private Path folder;

    /** A driver with one card, or one that does not start. */
    private record Driver(int start) implements CudaDriver.Driver {
        @Override
        public int cuInit(int flags) {
            return start;
        }

        @Override
        public int cuDriverGetVersion(IntByReference version) {
            version.setValue(12080);
            return 0;
        }

        @Override
        public int cuDeviceGetCount(IntByReference count) {
            count.setValue(1);
            return 0;
        }

        @Override
        public int cuDeviceGet(IntByReference device, int number) {
            device.setValue(7 + number);
            return 0;
        }

        @Override
        public int cuDeviceGetName(byte[] name, int length, int device) {
            byte[] own = ("Card " + device).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(own, 0, name, 0, own.length);
            return 0;
        }

        @Override
        public int cuDeviceGetAttribute(IntByReference value, int attribute, int device) {
            value.setValue(attribute == 75 ? 9 : 0);
            return 0;
        }

        @Override
        public int cuDeviceTotalMem_v2(LongByReference bytes, int device) {
            bytes.setValue(80L << 30);
            return 0;
        }
    }

    @Test
    void aCardIsTold() {
        CudaDriver driver = CudaDriver.of(new Driver(0));
        assertThat(driver.version()).isEqualTo("12.8");
        assertThat(driver.missing()).isEmpty();
        assertThat(driver.cards()).containsExactly(new CudaDriver.Card("Card 7", "9.0", 80L << 30));
    }

    @Test
    void whatIsInTheWayIsTold() {
        assertThat(CudaDriver.of(new Driver(803)).missing()).contains("two versions");
        assertThat(CudaDriver.of(new Driver(100)).missing()).contains("sees no GPU");
        assertThat(CudaDriver.of(new Driver(999)).missing()).contains("error 999");
        CudaDriver here = CudaDriver.find();
        assertThat(here.missing().isEmpty()).isEqualTo(!here.cards().isEmpty());
    }

    @Test
    void aLibtorchForCudaWithoutADriverSaysSo() throws IOException {
        IllegalStateException failed = new IllegalStateException(
                "Failed to load PyTorch native library", new UnsatisfiedLinkError("libcuda.so.1: cannot open"));
        assertThat(MissingNatives.what(folder.resolve("no"), NONE, failed)).contains("is no folder");
        assertThat(MissingNatives.what(folder, NONE, failed)).contains("holds no libtorch_cpu");
        Files.writeString(folder.resolve("libtorch_cpu.so"), "");
        assertThat(MissingNatives.what(folder, NONE, failed)).contains("libcuda.so.1: cannot open", Engine.LIBTORCH);
        Files.writeString(folder.resolve("libtorch_cuda.so"), "");
        assertThat(MissingNatives.what(folder, NONE, failed))
                .contains("for CUDA", "no NVIDIA driver", "PYTORCH_LIBRARY_PATH");
        assertThat(MissingNatives.what(folder, CudaDriver.of(new Driver(0)), failed))
                .contains("libcuda.so.1");
    }

    @Test
    void withoutAPlaceTheFailureIsItself() {
        IllegalStateException failed = new IllegalStateException("broken");
        assertThatThrownBy(() -> {
                    throw MissingNatives.told(failed);
                })
                .isSameAs(failed);
    }
}
