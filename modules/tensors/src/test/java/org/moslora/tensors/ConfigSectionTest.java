package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

class ConfigSectionTest {
    private final Problems problems = new Problems();

    private ConfigSection section(String json) {
        return ConfigSection.parse("config.json", json.replace('\'', '"'), problems);
    }

    @Test
    void absentKeysAndNullsTakeTheDefault() {
        ConfigSection section = section("{'a': null}");
        assertThat(section.has("a")).isFalse();
        assertThat(section.isNull("a")).isTrue();
        assertThat(section.size("a", 3)).isEqualTo(3);
        assertThat(section.oneOf("b", "x", List.of("x"))).isEqualTo("x");
        assertThat(section.section("a")).isNull();
        assertThat(section.wholes("b", -2)).containsExactly(-2);
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void sectionsAndListsAreRead() {
        ConfigSection section = section("{'inner': {'size': 4}, 'layers': [-1, 3], 'layer': -2}");
        ConfigSection inner = section.section("inner");
        assertThat(inner).isNotNull();
        assertThat(inner.size("size", 1)).isEqualTo(4);
        assertThat(inner.where()).isEqualTo("config.json inner");
        assertThat(section.wholes("layers", 0)).containsExactly(-1, 3);
        assertThat(section.wholes("layer", 0)).containsExactly(-2);
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'size': 0} | size must be a positive whole number, got 0",
                "{'size': 1.5} | size must be a positive whole number, got 1.5",
                "{'kind': 'z'} | kind is \"z\"; this program knows x, y",
                "{'inner': 3} | inner must be an object, got 3",
                "{'layers': [1, 2.5]} | layers must be a list of whole numbers, got [1,2.5]",
                "{'depth': 2147483647} | depth is 2147483647, and no model has more than 10000",
                "{'depths': [1, 20000]} | depths is [1, 20000], and no model has more than 10000",
                "{'layers': []} | layers must be a list of whole numbers, got []"
            })
    void oddValuesAreTold(String json, String told) {
        ConfigSection section = section(json);
        section.size("size", 1);
        section.oneOf("kind", "x", List.of("x", "y"));
        section.section("inner");
        section.wholes("layers", 1);
        section.blocks("depth", 1);
        section.blocks("depths", 1, 2);
        assertThat(problems.found()).singleElement().asString().contains(told);
    }

    @Test
    void anAbsentFileIsTold(@TempDir Path folder) {
        assertThatThrownBy(() -> ConfigSection.ofFolder(folder, problems))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("Hugging Face model folder");
        assertThatThrownBy(() -> ConfigSection.read(folder.resolve("unet.json"), problems))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("downloaded completely");
    }
}
