package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Runs every kernel once more, on arrays that have shapes and no data: those of libtorch's device {@code meta}. There an
 * array that a kernel makes on another device than its input's is an error, as it would be on a GPU, whatever waits for a
 * value is one, too, and attention takes the way that it takes there. What comes out must have the shapes of what the
 * kernel gives, but for what attention keeps for its way back. Operators that have nothing on that device are others there, of {@code kernels/meta.py}.
 */
final class MetaKernels implements KernelWatch {
    /** Operators and what stands for them, as patterns of the kernels' text. */
    private static final Map<String, String> CHANGES = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "([\\w.]+(?:\\[[^\\]]*\\])?|low\\.to\\([^()]*\\))\\.index_select\\(",
                    "self.meta_index_select($1, "),
            Map.entry("torch\\.roll\\(", "self.meta_roll("),
            Map.entry("torch\\.native_layer_norm\\(", "self.meta_layer_norm("),
            Map.entry("torch\\.native_layer_norm_backward\\(", "self.meta_layer_norm_backward("),
            Map.entry("torch\\.native_group_norm\\(", "self.meta_group_norm("),
            Map.entry("torch\\.native_group_norm_backward\\(", "self.meta_group_norm_backward("),
            Map.entry("torch\\.conv2d\\(", "self.meta_conv2d("),
            Map.entry("torch\\.convolution_backward\\(", "self.meta_convolution_backward("),
            Map.entry("torch\\.(mm|bmm|matmul|addmm)\\(", "self.meta_$1("),
            Map.entry("([\\w.]+(?:\\[[^\\]]*\\])?)\\.(addmm_|baddbmm_)\\(", "self.meta_$2($1, "),
            Map.entry(
                    "([\\w.]+(?:\\[[^\\]]*\\])?|torch\\.zeros_like\\(x\\))\\.index_add_\\(",
                    "self.meta_index_add_($1, "),
            Map.entry("([\\w.]+)\\.masked_fill_\\(", "self.meta_masked_fill_($1, "),
            Map.entry("q\\.is_cuda", "q.is_meta"),
            Map.entry("torch\\._efficient_attention_(forward|backward)\\(", "self.meta_attention_$1("),
            Map.entry("torch\\.relu\\(", "torch.sigmoid("),
            Map.entry("torch\\.logsumexp\\(", "torch.sum("),
            Map.entry("\\.abs(_?)\\(\\)", ".square$1()"),
            Map.entry("torch\\.adaptive_avg_pool2d\\(", "self.meta_pool("),
            Map.entry("torch\\.scaled_dot_product_attention\\(", "self.meta_attention("),
            Map.entry("torch\\.isfinite\\(", "torch.isnan("),
            Map.entry(
                    "(?s)torch\\._fused_adamw_\\(.*?found_inf=None\\)",
                    "values = [self.meta_adamw(values, [gradient], [first], [second])]"),
            Map.entry("torch\\.Generator\\(device=x\\.device", "torch.Generator(device=torch.device(\"cpu\")"),
            Map.entry("bernoulli_\\(1\\.0 - dropout, generator=draws\\)", "bernoulli_(1.0 - dropout)")));

    private final Kernels bare;
    private final Map<Structure, Structure> structures = Collections.synchronizedMap(new WeakHashMap<>());
    private final Arena forever = Arena.open(Compute.cpu());
    private final Set<String> onTheCpu;
    private final Set<String> ran = Collections.synchronizedSet(new TreeSet<>());
    private final Map<String, String> failed = new ConcurrentSkipListMap<>();

    /** @param onTheCpu kernels that bring values to Java, or make files of them: these wait for a device, or need none */
    MetaKernels(Set<String> onTheCpu) {
        this(onTheCpu, text -> text);
    }

    /** @param change what is done to the kernels' text besides */
    MetaKernels(Set<String> onTheCpu, UnaryOperator<String> change) {
        this.onTheCpu = onTheCpu;
        this.bare = Kernels.changed(List.of("kernels/meta.py"), text -> changed(change.apply(text)));
    }

    private static String changed(String text) {
        if (text.contains("def without_data(")) {
            return text; // what stands for operators
        }
        String changed = text;
        for (Map.Entry<String, String> change : CHANGES.entrySet()) {
            changed = changed.replaceAll(change.getKey(), change.getValue());
        }
        return changed;
    }

    /** Kernels that gave there what they give. */
    Set<String> ran() {
        return ran;
    }

    /** What went wrong first with each of the others. */
    Map<String, String> failed() {
        return failed;
    }

    @Override
    public NDArray[] call(String name, Object[] arguments, Supplier<NDArray[]> running) {
        List<Shape> expected = null;
        if (!onTheCpu.contains(name)) {
            try (Arena arena = forever.child()) {
                NDArray[] made = bare.unwatched(arena, name, without(arena, arguments));
                expected = shapes(made);
                if (hasArrays(arguments) && bare.unwatched(arena, "elsewhere", List.of(made)).length > 0) {
                    throw new IllegalStateException("an array that it gives lies on another device");
                }
            } catch (RuntimeException wrong) {
                failed.putIfAbsent(name, reason(String.valueOf(wrong.getMessage())));
            }
        }
        NDArray[] made = running.get();
        if (expected != null) {
            List<Shape> given = shapes(made);
            if (areThose(expected, given)) {
                ran.add(name);
            } else {
                failed.putIfAbsent(name, "gives " + given + ", and without data " + expected);
            }
        }
        return made;
    }

    /** The innermost line of a kernel, and what is wrong with it. */
    private static String reason(String message) {
        int here = message.lastIndexOf("<--- HERE");
        int error = message.lastIndexOf("RuntimeError");
        if (here < 0 || error < 0) {
            return message;
        }
        List<String> lines = message.substring(0, here).lines().toList();
        return lines.get(Math.max(0, lines.size() - 2)).strip() + " — "
                + message.substring(error).lines().findFirst().orElse("");
    }

    @Override
    public void made(Structure structure, String name, Object[] arguments) {
        structures.put(structure, bare.unwatchedStructure(forever, name, without(forever, arguments)));
    }

    private static boolean areThose(List<Shape> expected, List<Shape> given) {
        boolean same = expected.size() == given.size();
        for (int i = 0; same && i < given.size(); i++) {
            same = expected.get(i).equals(given.get(i)) || isKeptByAttention(expected.get(i));
        }
        return same;
    }

    /** A GPU keeps denominators by conversation and head, room for whole groups of 32 rows each. */
    private static boolean isKeptByAttention(Shape shape) {
        return shape.dimension() == 3 && shape.get(2) % 32 == 0;
    }

    private static boolean hasArrays(Object... arguments) {
        return Arrays.stream(arguments)
                .anyMatch(each -> each instanceof NDArray || each instanceof Structure || each instanceof List<?>);
    }

    private static List<Shape> shapes(NDArray... arrays) {
        return Arrays.stream(arrays).map(NDArray::getShape).toList();
    }

    private Object[] without(Arena arena, Object... arguments) {
        return Arrays.stream(arguments).map(each -> without(arena, each)).toArray();
    }

    private Object without(Arena arena, Object argument) {
        if (argument instanceof NDArray array) {
            return bare.unwatched(arena, "without_data", array)[0];
        }
        if (argument instanceof Structure structure) {
            return structures.getOrDefault(structure, structure);
        }
        if (argument instanceof List<?> list) {
            List<Object> all = new ArrayList<>();
            list.forEach(each -> all.add(without(arena, each)));
            return all;
        }
        return argument.equals("cpu") ? "meta" : argument;
    }
}
