package org.moslora.diffusion.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/** Tensors that are cut out of those of a real file, whatever number format it has. */
class CutWeightsTest {
    private static final float[] VALUES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

    @TempDir
    Path folder;

    private WeightSource file() {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(TensorData.of("joined", List.of(6L, 2L), VALUES), TensorData.of("row", List.of(12L), VALUES)),
                Map.of("format", "pt"));
        return SafetensorsFile.open(file);
    }

    private static DerivedWeights derived(WeightSource source, Derivation derivation) {
        return new DerivedWeights(source, new TreeMap<>(Map.of("made", derivation)));
    }

    /** Three thirds together are the whole. */
    @Test
    void partsAddUpToTheWhole() {
        try (WeightSource source = file()) {
            for (int part = 0; part < 3; part++) {
                Derivation third = new Derivation("joined", List.of(2L, 2L), 4L * part, false);
                assertThat(HalfFloats.floats(derived(source, third), "made"))
                        .containsExactly(4 * part + 1, 4 * part + 2, 4 * part + 3, 4 * part + 4);
            }
        }
    }

    /** As diffusers' swap_scale_shift: what a file holds as shift and scale is scale and shift in the model. */
    @Test
    void halvesChangePlacesAndBackAgain() {
        try (WeightSource source = file()) {
            Derivation exchange = new Derivation("joined", List.of(6L, 2L), 0, false, true);
            DerivedWeights once = derived(source, exchange);
            assertThat(HalfFloats.floats(once, "made")).containsExactly(7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6);
            Derivation back = new Derivation("made", List.of(6L, 2L), 0, false, true);
            assertThat(HalfFloats.floats(derived(once, back), "made")).containsExactly(VALUES);
        }
    }

    @Test
    void halvesOfAPartAreThoseOfThePart() {
        try (WeightSource source = file()) {
            Derivation part = new Derivation("row", List.of(4L), 8, false, true);
            assertThat(HalfFloats.floats(derived(source, part), "made")).containsExactly(11, 12, 9, 10);
        }
    }

    /** Large tensors come in several pieces, in the middle of which a part may begin and end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 12})
    void aPartMayLieInSeveralPieces(int each) {
        try (WeightSource source = file()) {
            WeightSource pieces = new CutIntoPieces(source, 4 * each);
            Derivation middle = new Derivation("row", List.of(7L), 3, false);
            assertThat(HalfFloats.floats(derived(pieces, middle), "made")).containsExactly(4, 5, 6, 7, 8, 9, 10);
            Derivation exchanged = new Derivation("row", List.of(6L), 4, false, true);
            assertThat(HalfFloats.floats(derived(pieces, exchanged), "made")).containsExactly(8, 9, 10, 5, 6, 7);
        }
    }

    @Test
    void whatIsOneOfSeveralHasItsOwnNameAndWhatIsWholeTheFiles() {
        try (WeightSource source = file()) {
            DerivedWeights part = derived(source, new Derivation("joined", List.of(2L, 2L), 0, false));
            DerivedWeights whole = derived(source, Derivation.reshaped("joined", List.of(12L)));
            assertThat(part.spelled("made")).isEqualTo("made");
            assertThat(whole.spelled("made")).isEqualTo("joined");
            assertThat(whole.stored("made")).isEqualTo(DType.F32);
            assertThat(whole.metadata()).isEqualTo(source.metadata());
        }
    }

    /** A file whose tensors come in pieces of so many bytes. */
    private record CutIntoPieces(WeightSource source, int bytes) implements WeightSource {
        @Override
        public Set<String> names() {
            return source.names();
        }

        @Override
        public TensorInfo info(String name) {
            return source.info(name);
        }

        @Override
        public List<ByteBuffer> bytes(String name) {
            ByteBuffer whole = source.bytes(name).get(0);
            ArrayList<ByteBuffer> pieces = new ArrayList<>();
            for (int at = 0; at < whole.remaining(); at += bytes) {
                pieces.add(
                        whole.slice(at, Math.min(bytes, whole.remaining() - at)).order(ByteOrder.LITTLE_ENDIAN));
            }
            return pieces;
        }

        @Override
        public Map<String, String> metadata() {
            return source.metadata();
        }

        @Override
        public Path file(String name) {
            return source.file(name);
        }

        @Override
        public Path origin() {
            return source.origin();
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
