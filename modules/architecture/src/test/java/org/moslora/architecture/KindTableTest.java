package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.problems.InvalidInput;

/** Every cell of the README's table of kinds is tried: what it says works does, what it denies is refused. */
final class KindTableTest {
    private static final int COLUMNS = 11;

    @TempDir
    Path folder;

    /**
     * A row of the table.
     *
     * @param kind its name in recipes
     * @param cells in the table's order
     */
    record Row(String kind, List<String> cells) {
        String cell(Column column) {
            return cells.get(column.ordinal());
        }

        @Override
        public String toString() {
            return kind;
        }
    }

    /** The table's columns after the kind. */
    enum Column {
        LINEAR,
        CONVOLUTION,
        EMBEDDING,
        QUANTISED,
        MERGEABLE,
        PEFT,
        DIFFUSERS,
        KOHYA,
        LYCORIS,
        TESTS
    }

    static Stream<Row> rows() {
        return House.text(House.ROOT.resolve("README.md"))
                .lines()
                .filter(line -> AdapterKind.names().stream().anyMatch(kind -> line.startsWith("| " + kind + " |")))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(String::strip)
                        .toList())
                .map(cells -> new Row(cells.get(0), cells.subList(1, cells.size())));
    }

    @Test
    void everyKindHasARow() {
        assertThat(rows().map(Row::kind)).containsExactlyInAnyOrderElementsOf(AdapterKind.names());
        assertThat(rows()).allSatisfy(row -> assertThat(row.cells()).hasSize(COLUMNS - 1));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itsTestsAreThere(Row row) {
        for (String name : row.cell(Column.TESTS).split(", ")) {
            assertThat(House.files(House.ROOT.resolve("modules/adapters/src/test")))
                    .as(name)
                    .anyMatch(file -> file.getFileName().toString().equals(name + ".java"));
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itSitsWhereItSays(Row row) {
        try (TriedKind tried = new TriedKind(row.kind(), 1, folder.resolve("native"))) {
            claimed(row.cell(Column.LINEAR), () -> tried.trained(tried.linear()));
            claimed(row.cell(Column.CONVOLUTION), () -> tried.trained(tried.convolution()));
            claimed(row.cell(Column.QUANTISED), () -> tried.trained(tried.quantised()));
        }
    }

    @Test
    void embeddingsTakeWhatTheySay() throws IOException {
        Place place = Place.in(folder, ChatTemplate.VICUNA_V1);
        String recipe = place.here("samples/recipes/tiny.yaml");
        rows().forEach(row -> {
            List<String> words =
                    List.of("check", recipe, "adapter.kind=" + row.kind(), "adapter.targets=[embed_tokens]");
            if (row.cell(Column.EMBEDDING).equals("yes")) {
                assertThat(Place.run(words)).isNotNull();
            } else {
                assertThatThrownBy(() -> Place.run(words)).hasMessageContaining("embed_tokens");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itMergesIfItSays(Row row) {
        try (TriedKind tried = new TriedKind(row.kind(), 1, folder.resolve("native"))) {
            tried.trained(tried.linear());
            claimed(
                    row.cell(Column.MERGEABLE),
                    () -> assertThat(tried.merged(tried.path()))
                            .isNotEqualTo(tried.linear().weight().toFloatArray()));
        }
    }

    /** A pair of factors of rank 1 is a small one, one of those of rank 5 is as large as the weight, and exact too. */
    @ParameterizedTest
    @MethodSource("rows")
    void itGoesWhereItSays(Row row) {
        for (AdapterFormat format : AdapterFormat.values()) {
            if (format == AdapterFormat.NATIVE) {
                continue;
            }
            String said = row.cell(Column.valueOf(format.name()));
            goes(row, format, said, 1);
            goes(row, format, said, 5);
        }
    }

    private void goes(Row row, AdapterFormat format, String said, int rank) {
        Path own = folder.resolve(row.kind() + rank + format);
        try (TriedKind tried = new TriedKind(row.kind(), rank, own)) {
            tried.trained(tried.linear());
            Path out = own.resolveSibling(own.getFileName() + (format.isFile() ? "-out.safetensors" : "-out"));
            if (said.equals("no")) {
                assertThatThrownBy(() -> tried.converted(format, out)).isInstanceOf(InvalidInput.class);
                assertThat(Files.exists(out)).isFalse();
                return;
            }
            tried.converted(format, out);
            tried.mustDoTheSame(out);
            assertThat(tried.kindOf(out))
                    .as("%s in %s", row.kind(), format)
                    .isEqualTo(said.equals("yes") ? row.kind() : "lora");
        }
    }

    private static void claimed(String said, Runnable trial) {
        assertThat(said).isIn("yes", "no");
        if (said.equals("yes")) {
            trial.run();
        } else {
            assertThatThrownBy(trial::run).isInstanceOf(InvalidInput.class);
        }
    }
}
