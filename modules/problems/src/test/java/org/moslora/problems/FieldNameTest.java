package org.moslora.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The same setting, named to who calls from Java and to who typed a command. */
final class FieldNameTest {
    @Test
    void aJavaProgramReadsNamesOfFields() {
        assertThat(FieldName.of("overwrite")).isEqualTo("overwrite");
        assertThat(FieldName.of("out", "merged")).isEqualTo("out merged");
    }

    @Test
    void aCommandLineSpellsThemAsItsFlags() {
        String said = FieldName.spelled(
                field -> "--" + field, () -> new InvalidInput(FieldName.of("out", "merged"), "is a file").getMessage());
        assertThat(said).isEqualTo("--out merged: is a file");
        assertThat(FieldName.of("out")).isEqualTo("out");
    }

    @Test
    void whatFailsLeavesTheNamesAsTheyWere() {
        assertThatThrownBy(() -> FieldName.spelled(field -> "--" + field, () -> {
                    throw new InvalidInput(FieldName.of("rank"), "must be at least 1");
                }))
                .hasMessage("--rank: must be at least 1");
        assertThat(FieldName.of("rank")).isEqualTo("rank");
    }
}
