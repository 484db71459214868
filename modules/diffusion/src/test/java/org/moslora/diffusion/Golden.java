package org.moslora.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/**
 * Numbers that diffusers 0.42 and transformers 5.24 computed on PyTorch 2.7 in fp32, of models with {@link Formula}'s
 * weights; the config lies beside them.
 */
public record Golden(String name, WeightSource source) implements AutoCloseable {
    /** Rounding of a few hundred operations in another order, as a share of the largest entry. */
    public static final double FP32 = 1e-5;

    /** Opens the numbers of one model. */
    public static Golden of(String name) {
        return new Golden(name, SafetensorsFile.open(resource(name + ".safetensors")));
    }

    /** The model's config. */
    public ConfigSection config(Problems problems) {
        return ConfigSection.read(resource(name + ".json"), problems);
    }

    /** The config's text. */
    public static String json(String name) {
        try {
            return Files.readString(resource(name + ".json"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One tensor's entries. */
    public float[] get(String tensor) {
        return HalfFloats.floats(source, tensor);
    }

    /** Checks an array against a tensor. */
    public void check(String tensor, NDArray actual, double tolerance) {
        assertThat(actual.getShape().getShape())
                .as("shape of " + tensor)
                .containsExactly(source.info(tensor).shape().stream()
                        .mapToLong(Long::longValue)
                        .toArray());
        check(tensor, actual.toFloatArray(), get(tensor), tolerance);
    }

    /** Checks entries against others, as a share of the largest one. */
    public static void check(String what, float[] actual, float[] expected, double tolerance) {
        assertThat(error(actual, expected)).as("error of " + what).isLessThan(tolerance);
    }

    /** The largest difference as a share of the largest entry expected. */
    public static double error(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isFinite();
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        return difference / largest;
    }

    private static Path resource(String file) {
        try {
            return Path.of(Golden.class.getResource(file).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
