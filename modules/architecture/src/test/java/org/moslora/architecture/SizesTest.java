package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long files and methods may get, and how much of the code other packages may see. */
final class SizesTest {
    private static final int LONGEST_FILE = 400;
    private static final int MEDIAN_FILE = 90;
    private static final int LONGEST_METHOD = 60;
    private static final int LONGEST_LOOP = 120;
    private static final double HIDDEN_SHARE = 0.4;

    private static final List<Source> SOURCES = Source.parse(House.sources());

    @Test
    void filesFitTheMind() {
        assertThat(SOURCES)
                .filteredOn(source -> source.lines() > LONGEST_FILE)
                .extracting(source -> House.name(source.file()) + " has " + source.lines() + " lines")
                .isEmpty();
    }

    @Test
    void mostFilesAreShort() {
        List<Long> lengths = SOURCES.stream()
                .filter(source -> !source.file().endsWith("package-info.java"))
                .map(Source::lines)
                .sorted()
                .toList();
        assertThat(lengths.get(lengths.size() / 2)).as("median length").isLessThanOrEqualTo(MEDIAN_FILE);
    }

    /** A pipeline's training loop is meant to be read in one piece and may be longer. */
    @Test
    void methodsFitTheScreen() {
        List<String> tooLong = new ArrayList<>();
        for (Source source : SOURCES) {
            boolean pipeline = House.name(source.file()).startsWith("pipelines/");
            for (Source.Method method : source.methods()) {
                int most = pipeline && method.name().equals("loop") ? LONGEST_LOOP : LONGEST_METHOD;
                if (method.lines() > most) {
                    tooLong.add(House.name(source.file()) + " " + method.name() + " has " + method.lines() + " lines");
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void muchStaysInsideItsPackage() {
        List<Source.Type> types =
                SOURCES.stream().flatMap(source -> source.types().stream()).toList();
        double hidden = types.stream().filter(type -> !type.isPublic()).count();
        assertThat(hidden / types.size())
                .as("share of types that are not public")
                .isGreaterThanOrEqualTo(HIDDEN_SHARE);
    }

    @Test
    void everyPublicTypeSaysWhatItIs() {
        assertThat(SOURCES)
                .flatExtracting(Source::types)
                .filteredOn(type -> type.isPublic() && !type.isDescribed())
                .extracting(Source.Type::name)
                .isEmpty();
    }
}
