package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.problems.InvalidInput;

class AdapterSpecTest {
    private static AdapterSpec spec(int rank, double alpha, double dropout) {
        return new AdapterSpec(AdapterKind.MOSLORA, rank, alpha, dropout, MixerInit.KAIMING, FactorInit.KAIMING);
    }

    @Test
    void theScaleIsAlphaByRank() {
        assertThat(spec(4, 6, 0).scale()).isEqualTo(1.5);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, rank",
        "-3, 1, 0, rank",
        "1, 0, 0, alpha",
        "1, -2, 0, alpha",
        "1, NaN, 0, alpha",
        "1, Infinity, 0, alpha",
        "1, 1, 1, dropout",
        "1, 1, -0.1, dropout",
        "1, 1, NaN, dropout"
    })
    void oddNumbersAreRefusedByName(int rank, double alpha, double dropout, String name) {
        assertThatThrownBy(() -> spec(rank, alpha, dropout))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith(name + ": ");
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThatThrownBy(() -> spec(0, 0, 2))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "zeros"})
    void aMixerOfZerosIsRefusedWithTheReason(String name) {
        assertThatThrownBy(() -> MixerInit.of(name))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("\"" + name + "\" never learns")
                .hasMessageContaining("B starts at zero too");
    }

    @ParameterizedTest
    @EnumSource(MixerInit.class)
    void mixersAreReadAsTheyAreWritten(MixerInit init) {
        assertThat(MixerInit.of(init.recipeName())).isEqualTo(init);
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> MixerInit.of("eye")).hasMessageContaining("kaiming, orthogonal or identity");
        assertThatThrownBy(() -> FactorInit.of("xavier")).hasMessageContaining("kaiming or gaussian");
        assertThatThrownBy(() -> AdapterKind.of("mosslora")).hasMessageContaining("did you mean moslora?");
        assertThat(AdapterKind.of("lora")).isEqualTo(AdapterKind.LORA);
    }

    @TempDir
    Path folder;

    @Test
    void anAdapterMayComeWithAWeight() throws Exception {
        assertThat(ScaledAdapter.parse("runs/cat")).isEqualTo(new ScaledAdapter(Path.of("runs/cat"), 1));
        assertThat(ScaledAdapter.parse("runs/cat:0.5")).isEqualTo(new ScaledAdapter(Path.of("runs/cat"), 0.5));
        assertThat(ScaledAdapter.parse("runs/cat:-2e-1")).isEqualTo(new ScaledAdapter(Path.of("runs/cat"), -0.2));
        assertThat(ScaledAdapter.parse("runs/a:b")).isEqualTo(new ScaledAdapter(Path.of("runs/a:b"), 1));
        Path odd = Files.createDirectory(folder.resolve("cat:0.5"));
        assertThat(ScaledAdapter.parse(odd.toString())).isEqualTo(new ScaledAdapter(odd, 1));
        assertThat(ScaledAdapter.parse(odd + ":2")).isEqualTo(new ScaledAdapter(odd, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:NaN", "a:Infinity"})
    void aWeightMustBeFinite(String text) {
        assertThatThrownBy(() -> ScaledAdapter.parse(text))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("finite");
    }
}
