package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

class IdleMemoryTest {
    private static final int BYTES = 8 << 20;

    @TempDir
    Path folder;

    private static long residentKilobytes(Path file) throws IOException {
        long sum = 0;
        boolean within = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("\\p{XDigit}+-\\p{XDigit}+ .*")) {
                within = line.endsWith(file.toRealPath().toString());
            } else if (within && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return sum;
    }

    private MappedByteBuffer mapped(Path file, byte[] content, FileChannel.MapMode mode) throws IOException {
        Files.write(file, content);
        try (FileChannel channel =
                FileChannel.open(file, java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE)) {
            return channel.map(mode, 0, BYTES).load();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsIdleLeavesMemoryAndIsReadAgainAsItWas() throws IOException {
        byte[] content = new byte[BYTES];
        new Random(1).nextBytes(content);
        Path resting = folder.resolve("resting");
        Path working = folder.resolve("working");
        Path link = Files.createSymbolicLink(folder.resolve("link"), resting);
        MappedByteBuffer first = mapped(resting, content, FileChannel.MapMode.READ_ONLY);
        MappedByteBuffer second = mapped(working, content, FileChannel.MapMode.READ_ONLY);
        assertThat(residentKilobytes(resting)).isGreaterThan(BYTES / 2048);

        IdleMemory.giveBack(List.of(link));

        assertThat(residentKilobytes(resting)).isZero();
        assertThat(residentKilobytes(working)).isGreaterThan(BYTES / 2048);
        byte[] again = new byte[BYTES];
        first.get(again);
        assertThat(again).isEqualTo(content);
        assertThat(second.get(0)).isEqualTo(content[0]);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsWrittenStays() throws IOException {
        Path file = folder.resolve("written");
        MappedByteBuffer buffer = mapped(file, new byte[BYTES], FileChannel.MapMode.PRIVATE);
        buffer.put(BYTES / 2, (byte) 7);
        IdleMemory.giveBack(List.of(file));
        assertThat(buffer.get(BYTES / 2)).isEqualTo((byte) 7);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void weightsThatWereConvertedLeaveMemoryAndThoseThatAreMappedStay() throws IOException {
        Path file = folder.resolve("w.safetensors");
        float[] numbers = new float[BYTES / Float.BYTES];
        Arrays.fill(numbers, 1.5f);
        SafetensorsWriter.write(file, List.of(TensorData.of("w", List.of((long) numbers.length), numbers)), Map.of());
        try (WeightSource source = SafetensorsFile.open(file);
                Arena arena = Cpu.arena()) {
            Compute half = new Compute(Device.cpu(), Precision.BF16);
            NDArray converted = new FrozenTensors(source, arena, half).get("w");
            FrozenTensors.release(source, Compute.cpu());
            assertThat(residentKilobytes(file)).isGreaterThan(BYTES / 2048);

            FrozenTensors.release(source, half);

            assertThat(residentKilobytes(file)).isZero();
            assertThat(converted.size()).isEqualTo(numbers.length);
        }
    }
}
