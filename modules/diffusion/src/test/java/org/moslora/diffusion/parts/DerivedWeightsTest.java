package org.moslora.diffusion.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.moslora.diffusion.Formula;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;

class DerivedWeightsTest {
    private final Formula source = Formula.of(Map.of("in_proj", List.of(6L, 4L), "matrix", List.of(2L, 3L)));

    private DerivedWeights derived(String name, Derivation derivation) {
        return new DerivedWeights(source, new TreeMap<>(Map.of(name, derivation)));
    }

    @Test
    void cutsRowsOut() {
        float[] whole = HalfFloats.floats(source, "in_proj");
        DerivedWeights weights = derived("k", new Derivation("in_proj", List.of(2L, 4L), 8, false));
        assertThat(weights.info("k").shape()).containsExactly(2L, 4L);
        assertThat(HalfFloats.floats(weights, "k")).containsExactly(java.util.Arrays.copyOfRange(whole, 8, 16));
        assertThat(weights.bytes("k").get(0).isDirect()).isTrue();
    }

    @Test
    void transposes() {
        float[] whole = HalfFloats.floats(source, "matrix");
        DerivedWeights weights = derived("t", new Derivation("matrix", List.of(3L, 2L), 0, true));
        assertThat(HalfFloats.floats(weights, "t"))
                .containsExactly(whole[0], whole[3], whole[1], whole[4], whole[2], whole[5]);
    }

    @Test
    void reshapes() {
        DerivedWeights weights = derived("r", Derivation.reshaped("matrix", List.of(2L, 3L, 1L, 1L)));
        assertThat(weights.info("r").shape()).containsExactly(2L, 3L, 1L, 1L);
        assertThat(HalfFloats.floats(weights, "r")).containsExactly(HalfFloats.floats(source, "matrix"));
        assertThat(weights.names()).containsExactly("r");
        assertThat(weights.file("r")).isEqualTo(source.origin());
    }

    @Test
    void knowsNoOtherNames() {
        DerivedWeights weights = derived("r", Derivation.reshaped("matrix", List.of(6L)));
        assertThatThrownBy(() -> weights.info("matrix"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("no tensor that gives matrix");
    }
}
