package org.moslora.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kernel files, which are Python, in the form that TorchScript archives hold: one class of all kernels, the structures
 * beside it, every name in full, number formats as libtorch's codes, and libraries of operators as it spells them.
 */
final class KernelSource {
    private static final String KERNELS = "class Kernels:";
    private static final Pattern STRUCTURE = Pattern.compile("class (\\w+)\\(NamedTuple\\):");
    private static final Pattern SELF = Pattern.compile("(def \\w+\\(\\s*self)\\b");
    private static final Pattern LAST_COMMA = Pattern.compile(",(\\s*\\) -> )");
    private static final Pattern FORMAT = Pattern.compile("torch\\.([a-z]+\\d*)\\b");
    /** {@code c10::ScalarType}. */
    private static final Map<String, Integer> FORMATS = Map.ofEntries(
            Map.entry("uint8", 0),
            Map.entry("int8", 1),
            Map.entry("int16", 2),
            Map.entry("int32", 3),
            Map.entry("int64", 4),
            Map.entry("float16", 5),
            Map.entry("float32", 6),
            Map.entry("float64", 7),
            Map.entry("bool", 11),
            Map.entry("bfloat16", 15),
            Map.entry("float8_e5m2", 23),
            Map.entry("float8_e4m3fn", 24));

    private final StringBuilder kernels = new StringBuilder();
    private final StringBuilder structures = new StringBuilder();
    private final List<String> names = new ArrayList<>();

    /** libtorch's code of a number format that torch has under this name. */
    static int format(String name) {
        Integer code = FORMATS.get(name);
        if (code == null) {
            throw new IllegalArgumentException("torch." + name + " is no number format");
        }
        return code;
    }

    /** Takes in a file, but for imports and comments, which are for those who read it. */
    void add(String text) {
        StringBuilder into = kernels;
        for (String line : text.split("\n")) {
            Matcher structure = STRUCTURE.matcher(line);
            if (line.equals(KERNELS)) {
                into = kernels;
            } else if (structure.matches()) {
                names.add(structure.group(1));
                into = structures;
                into.append(line).append('\n');
            } else if (line.startsWith(" ") && !line.stripLeading().startsWith("#")) {
                into.append(line).append('\n');
            }
        }
    }

    /** The module's source, in a file that archives call {@code __torch__}. */
    String module() {
        String head = """
            class Kernels(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;
        String all = inFull(structures + head + kernels);
        all = SELF.matcher(all).replaceAll("$1: __torch__.Kernels");
        all = LAST_COMMA.matcher(all).replaceAll("$1").replace("torch.ops.", "ops.");
        return FORMAT.matcher(all).replaceAll(format -> {
            Integer code = FORMATS.get(format.group(1));
            return code == null ? format.group() : code.toString();
        });
    }

    private String inFull(String source) {
        if (names.isEmpty()) {
            return source;
        }
        String name = "(?<![\\w.])(" + String.join("|", names) + ")\\b(?!\\(NamedTuple\\))";
        return source.replaceAll(name, "__torch__.$1");
    }
}
