package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.diffusion.folder.Component;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** Whose weights lie in memory while a part works. */
@EnabledOnOs(OS.LINUX)
final class ComponentResidencyTest {
    private static final int FLOATS = 1 << 18;
    private static final String NAME = "weight";

    @TempDir
    private Path folder;

    private final List<WeightSource> open = new ArrayList<>();
    /** What is mapped stays so while it is reachable. */
    private final List<ByteBuffer> read = new ArrayList<>();

    private WeightSource weights(String name) {
        Path file = folder.resolve(name + ".safetensors");
        SafetensorsWriter.write(
                file, List.of(TensorData.of(NAME, List.of((long) FLOATS), new float[FLOATS])), Map.of());
        WeightSource source = SafetensorsFile.open(file);
        open.add(source);
        return source;
    }

    @AfterEach
    void close() {
        open.forEach(WeightSource::close);
    }

    private void read(WeightSource source) {
        ByteBuffer bytes = source.bytes(NAME).get(0);
        bytes.get(new byte[bytes.remaining()]);
        read.add(bytes);
    }

    /** Kilobytes of a source's file in this process's memory. */
    private static long resident(WeightSource source) throws IOException {
        String file = source.file(NAME).toRealPath().toString();
        long sum = 0;
        boolean within = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("\\p{XDigit}+-\\p{XDigit}+ .*")) {
                within = line.endsWith(file);
            } else if (within && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return sum;
    }

    @Test
    void onlyTheOneThatWorksStaysInMemory() throws IOException {
        WeightSource text = weights("text");
        WeightSource unet = weights("unet");
        WeightSource coder = weights("coder");
        ComponentResidency turns = new ComponentResidency(
                Map.of(Component.TEXT_ENCODER, text, Component.UNET, unet, Component.AUTOENCODER, coder));
        open.forEach(this::read);

        turns.take(Component.UNET);
        assertThat(resident(text)).isZero();
        assertThat(resident(coder)).isZero();
        assertThat(resident(unet)).isGreaterThan(FLOATS / 512);

        read(coder);
        turns.take(Component.UNET);
        assertThat(resident(coder))
                .as("looked at by the way, in the UNet's turn")
                .isPositive();

        turns.take(Component.AUTOENCODER);
        assertThat(resident(unet)).isZero();
        assertThat(resident(coder)).isPositive();
    }

    @Test
    void whoSharesAFileStays() throws IOException {
        WeightSource all = weights("all");
        WeightSource coder = weights("coder");
        ComponentResidency turns = new ComponentResidency(
                Map.of(Component.TEXT_ENCODER, all, Component.UNET, all, Component.AUTOENCODER, coder));
        open.forEach(this::read);

        turns.take(Component.UNET);
        assertThat(resident(all)).isPositive();
        assertThat(resident(coder)).isZero();
    }
}
