package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That Java calls kernels that there are, and that their files are Python as one writes it. */
final class KernelCallsTest {
    private static final Pattern CALL =
            Pattern.compile("\\.(?:call|one|structure)\\(\\s*\\w+(?:\\(\\))?,\\s*\"(\\w+)\"");
    private static final Pattern BLOCK = Pattern.compile("\\b(?:block|layer)\\(\\s*\"(\\w+)\"");
    private static final Pattern ANY_KERNEL = Pattern.compile("  def (\\w+)\\(\\s*self\\b");
    private static final List<String> FORWARD = List.of("x", "block", "seed");
    private static final List<String> BACKWARD = List.of("dy", "x", "saved", "block", "seed", "need");

    private final Map<String, List<String>> kernels = KernelFiles.parameters();

    private static List<Path> sources() {
        return House.STRATA.stream()
                .flatMap(stratum -> House.files(House.ROOT.resolve(stratum)).stream())
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.toString().contains("modules/architecture"))
                .toList();
    }

    @Test
    void everyKernelCalledByNameTakesAsManyArguments() {
        List<String> wrong = new ArrayList<>();
        int calls = 0;
        for (Path file : sources()) {
            String text = House.text(file);
            if (!text.contains("Kernels")) {
                continue;
            }
            Matcher call = CALL.matcher(text);
            while (call.find()) {
                calls++;
                String name = call.group(1);
                int given = arguments(text, call.end());
                List<String> taken = kernels.get(name);
                if (taken == null || taken.size() != given) {
                    wrong.add(file.getFileName() + " gives " + name + " " + given + ", which takes " + taken);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(calls).isGreaterThan(150);
    }

    @Test
    void everyBlockIsAPairOfKernelsOfOneShape() {
        List<String> blocks = new ArrayList<>();
        for (Path file : sources()) {
            String text = House.text(file);
            Matcher block = BLOCK.matcher(text);
            while (text.contains("org.moslora.layers.block") && block.find()) {
                blocks.add(block.group(1));
            }
        }
        assertThat(blocks).contains("decoder", "clip", "resnet", "transformer", "picture_attention");
        assertThat(blocks).allSatisfy(name -> {
            List<String> forward = kernels.get(name + "_forward");
            List<String> backward = kernels.get(name + "_backward");
            assertThat(forward).as(name).isNotNull().startsWith(FORWARD.toArray(new String[0]));
            assertThat(backward).as(name).isNotNull().startsWith(BACKWARD.toArray(new String[0]));
        });
    }

    @Test
    void kernelFilesAreAClassOfMethodsEach() {
        for (Path file : House.files(KernelFiles.FOLDER)) {
            List<String> lines = House.text(file).lines().toList();
            assertThat(lines).as(file.toString()).contains("class Kernels:");
            assertThat(lines)
                    .as(file.toString())
                    .allMatch(line -> line.isEmpty()
                            || line.startsWith("  ")
                            || line.matches("#.*|class \\w+(\\(NamedTuple\\))?:|(from|import) .*"))
                    .allMatch(line -> line.length() <= 120)
                    // libtorch's codes of number formats have names.
                    .noneMatch(line -> line.matches(".*(\\.to\\(|dtype ?[=!]=? ?)\\d.*"));
        }
    }

    @Test
    void everyKernelIsReadByTheseTests() {
        List<String> names = new ArrayList<>();
        for (Path file : House.files(KernelFiles.FOLDER)) {
            Matcher kernel = ANY_KERNEL.matcher(House.text(file));
            while (kernel.find()) {
                names.add(kernel.group(1));
            }
        }
        assertThat(names).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(kernels.keySet());
    }

    /** How many arguments follow up to the end of a call, from behind the kernel's name on. */
    private static int arguments(String text, int from) {
        int depth = 0;
        int count = 0;
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"' && text.charAt(i - 1) != '\\';
            if (quoted) {
                continue;
            }
            if (c == '(' || c == '{' || c == '[') {
                depth++;
            } else if ((c == ')' || c == '}' || c == ']') && depth-- == 0) {
                return count;
            } else if (c == ',' && depth == 0) {
                count++;
            }
        }
        return count;
    }
}
