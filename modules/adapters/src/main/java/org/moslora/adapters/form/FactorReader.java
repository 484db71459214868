package org.moslora.adapters.form;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The factors that a file has for one layer, while it is found out whether they make a form. */
public final class FactorReader {
    /** A size that any number will do for. */
    static final long FREE = -1;
    /** Two axes. */
    static final int MATRIX = 1;
    /** Two axes, or four whose last two are 1. */
    static final int POINTWISE = 2;
    /** Four axes. */
    static final int KERNEL = 3;
    /** Two axes or four. */
    static final int ANY = 4;
    /** Two axes, of which the rank may be 0: everything was cut away. */
    static final int CUT = 5;

    private final String layer;
    private final Map<TensorRole, Factor> factors = new EnumMap<>(TensorRole.class);
    private final ExpectedLayer expected;
    private final Consumer<String> problems;
    /** Where the rank is from that shapes are compared with. */
    private String said = "";

    /**
     * @param layer its path, for messages
     * @param all everything that the file has for it
     * @param expected what the settings say of it, to be checked
     * @param problems is told whatever is wrong
     */
    public FactorReader(String layer, Map<TensorRole, Factor> all, ExpectedLayer expected, Consumer<String> problems) {
        this.layer = layer;
        all.forEach((role, factor) -> {
            if (!role.isBeside()) {
                factors.put(role, factor);
            }
        });
        this.expected = expected;
        this.problems = problems;
    }

    boolean has(TensorRole... any) {
        return Arrays.stream(any).anyMatch(factors::containsKey);
    }

    @Nullable
    Factor get(TensorRole role) {
        return factors.get(role);
    }

    /** A factor without which there is no layer. */
    @Nullable
    Factor needed(TensorRole role) {
        Factor factor = factors.get(role);
        if (factor == null) {
            problems.accept("layer %s lacks its %s; it has only %s".formatted(layer, role.label(), keys()));
        }
        return factor;
    }

    boolean hasOnly(TensorRole... allowed) {
        List<TensorRole> wanted = List.of(allowed);
        List<String> others = new ArrayList<>();
        factors.forEach((role, factor) -> {
            if (!wanted.contains(role)) {
                others.add(factor.key());
            }
        });
        if (!others.isEmpty()) {
            problems.accept("layer %s has factors of two kinds: %s beside %s"
                    .formatted(
                            layer,
                            others,
                            keys().stream().filter(key -> !others.contains(key)).toList()));
        }
        return others.isEmpty();
    }

    /** The rank that all factors must have: what the settings say, else what this factor has. */
    long rank(long shown, Factor by) {
        OptionalInt asked = expected.rank();
        said = asked.isPresent()
                ? expected.where() + " says rank " + asked.getAsInt()
                : by.key() + " gives rank " + shown;
        return asked.isPresent() ? asked.getAsInt() : shown;
    }

    /** Tells that the layer's factors cannot be of its kind. */
    public void refuse(String why) {
        problems.accept("layer " + layer + " " + why);
    }

    /** Whether two factors have one shape. */
    boolean same(Factor one, Factor other) {
        if (one.shape().equals(other.shape())) {
            return true;
        }
        problems.accept("%s has shape %s, but %s has %s".formatted(other.key(), other.shape(), one.key(), one.shape()));
        return false;
    }

    /** Whether a factor of a routed layer has these sizes. */
    boolean isSized(Factor factor, int experts, long... others) {
        long[] sizes =
                LongStream.concat(LongStream.of(experts), LongStream.of(others)).toArray();
        List<Long> shape = factor.shape();
        boolean right = shape.size() == sizes.length;
        for (int i = 0; right && i < sizes.length; i++) {
            right = shape.get(i) > 0 && (sizes[i] == FREE || shape.get(i) == sizes[i]);
        }
        if (!right) {
            problems.accept("%s has shape %s, but %s and %d experts: expected %s"
                    .formatted(
                            factor.key(),
                            shape,
                            said,
                            experts,
                            Arrays.stream(sizes).mapToObj(FactorReader::size).toList()));
        }
        return right;
    }

    /** Tells that a factor is there both whole and as a product. */
    void twice(TensorRole whole) {
        problems.accept("layer %s has its %s both whole and as a product: %s".formatted(layer, whole.label(), keys()));
    }

    /** Whether a factor has these first two sizes and this kind of axes. */
    boolean fits(Factor factor, int axes, long rows, long columns) {
        List<Long> shape = factor.shape();
        boolean four = shape.size() == 4;
        boolean pointwise = four && shape.subList(2, 4).equals(List.of(1L, 1L));
        boolean right = switch (axes) {
            case MATRIX, CUT -> shape.size() == 2;
            case POINTWISE -> shape.size() == 2 || pointwise;
            case KERNEL -> four;
            default -> shape.size() == 2 || four;
        };
        if (right
                && shape.stream().skip(2).allMatch(size -> size > 0)
                && isSize(shape.get(0), rows, axes)
                && isSize(shape.get(1), columns, axes)) {
            return true;
        }
        problems.accept("%s has shape %s, but %s: expected [%s, %s%s]"
                .formatted(
                        factor.key(), shape, said, size(rows), size(columns), axes == KERNEL ? ", height, width" : ""));
        return false;
    }

    private static boolean isSize(long size, long wanted, int axes) {
        return wanted == FREE ? size > 0 : size == wanted && (size > 0 || axes == CUT);
    }

    private List<String> keys() {
        return factors.values().stream().map(Factor::key).toList();
    }

    private static String size(long size) {
        return size == FREE ? "…" : Long.toString(size);
    }
}
