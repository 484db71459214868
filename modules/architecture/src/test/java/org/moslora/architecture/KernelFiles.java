package org.moslora.architecture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels as their files write them: names with parameters. */
final class KernelFiles {
    static final Path FOLDER = House.ROOT.resolve("modules/layers/src/main/resources/org/moslora/layers/kernels");

    private static final Pattern KERNEL = Pattern.compile("  def (\\w+)\\(([^)]*)\\)\\s*->");

    private KernelFiles() {}

    /** The names of each kernel's parameters besides {@code self}, in order. */
    static Map<String, List<String>> parameters() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Path file : House.files(FOLDER)) {
            Matcher kernel = KERNEL.matcher(House.text(file));
            while (kernel.find()) {
                all.put(kernel.group(1), names(kernel.group(2)));
            }
        }
        return all;
    }

    private static List<String> names(String parameters) {
        List<String> names = new ArrayList<>();
        for (String parameter : parameters.split(",")) {
            String name = parameter.split(":")[0].strip();
            if (!name.isEmpty() && !name.equals("self")) {
                names.add(name);
            }
        }
        return names;
    }
}
