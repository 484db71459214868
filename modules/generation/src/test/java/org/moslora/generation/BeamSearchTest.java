package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.llama.Llama;
import org.moslora.llama.LlamaFolder;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Beam search against transformers' on a tiny text model. */
class BeamSearchTest {
    private static final int STOP = 2;

    private static Path model() {
        try {
            return Path.of(BeamSearchTest.class.getResource("llama").toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int[] ints(WeightSource golden, String name) {
        ByteBuffer bytes = golden.bytes(name).get(0);
        int[] values = new int[bytes.remaining() / 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) bytes.getLong();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "1, 12", "2, 3", "2, 12", "4, 3", "4, 12"})
    void answersAreTransformers(int beams, int most) {
        Engine.start(1);
        try (LlamaFolder folder = LlamaFolder.open(model());
                WeightSource golden = SafetensorsFile.open(model().resolve("golden.safetensors"));
                Llama llama = folder.build(Linears.plain(), Compute.cpu())) {
            for (int row = 0; row < 3; row++) {
                int[] expected = ints(golden, "answer." + row + "." + beams + "." + most);
                boolean ended = expected[expected.length - 1] == STOP;
                int[] answer = new BeamSearch(new TorchDecoder(llama), STOP, beams, most)
                        .answer(ints(golden, "ids." + row), List.of());
                assertThat(answer)
                        .as("row " + row)
                        .isEqualTo(ended ? Arrays.copyOf(expected, expected.length - 1) : expected);
            }
        }
    }

    @Test
    void oneBeamIsGreedy() {
        Engine.start(1);
        try (LlamaFolder folder = LlamaFolder.open(model());
                WeightSource golden = SafetensorsFile.open(model().resolve("golden.safetensors"));
                Llama llama = folder.build(Linears.plain(), Compute.cpu());
                Decoder.Session session = new TorchDecoder(llama).open(40)) {
            int[] prompt = ints(golden, "ids.0");
            int[] greedy = new Answers(STOP, Sampling.greedy(20)).answer(session, prompt, List.of(), sofar -> {});
            assertThat(new BeamSearch(new TorchDecoder(llama), STOP, 1, 20).answer(prompt, List.of()))
                    .isEqualTo(greedy);
        }
    }
}
