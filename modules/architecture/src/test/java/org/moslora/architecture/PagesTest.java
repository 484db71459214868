package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pages of prose name classes, methods, kernels and files that are there. */
final class PagesTest {
    private static final Pattern TYPE = Pattern.compile("`(?:[a-z.]+\\.)?([A-Z][a-z][A-Za-z]+)(?:\\.([a-z]\\w*))?`");
    private static final Pattern KERNEL = Pattern.compile("`([a-z]+_[a-z]+)`");
    private static final Pattern FILE = Pattern.compile("`((?:modules|datasets|pipelines|samples)/[\\w/.-]*)`");
    /** Java's own. */
    private static final Set<String> KNOWN = Set.of("ServiceLoader");

    private static final String PAGE = House.text(House.ROOT.resolve("modules/README.md"));
    private static final String README = House.text(House.ROOT.resolve("README.md"));

    @Test
    void typesAndMethodsAreThere() {
        Set<String> types = new TreeSet<>(KNOWN);
        Set<String> methods = new TreeSet<>();
        House.CLASSES.forEach(type -> {
            types.add(type.getSimpleName());
            type.getMethods().forEach(method -> methods.add(type.getSimpleName() + "." + method.getName()));
        });
        TYPE.matcher(PAGE + README).results().forEach(named -> {
            assertThat(types).contains(named.group(1));
            if (named.group(2) != null) {
                assertThat(methods).contains(named.group(1) + "." + named.group(2));
            }
        });
    }

    @Test
    void kernelsAreThere() {
        String kernels = House.files(House.ROOT.resolve("modules/layers/src/main/resources")).stream()
                .map(House::text)
                .collect(Collectors.joining());
        assertThat(KERNEL.matcher(PAGE).results())
                .isNotEmpty()
                .allSatisfy(named -> assertThat(kernels).contains("def " + named.group(1) + "("));
    }

    @Test
    void filesAreThere() {
        assertThat(FILE.matcher(PAGE + README).results())
                .isNotEmpty()
                .filteredOn(named -> !named.group(1).contains("target/"))
                .allSatisfy(
                        named -> assertThat(House.ROOT.resolve(named.group(1))).exists());
    }
}
