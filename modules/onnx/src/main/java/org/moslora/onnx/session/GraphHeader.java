package org.moslora.onnx.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * What a graph's file declares.
 *
 * @param file where it is
 * @param producer what wrote it
 * @param blockwise whether it calls the runtime's own attention, which keeps no scores
 * @param inputs that every run must give
 * @param optional inputs that have a default
 * @param outputs what it computes
 */
public record GraphHeader(
        Path file,
        String producer,
        boolean blockwise,
        Map<String, DeclaredValue> inputs,
        Map<String, DeclaredValue> optional,
        Map<String, DeclaredValue> outputs) {
    static final String OWN = "moslora";
    /** Whose the operators are that only ONNX Runtime has. */
    static final String RUNTIME = "com.microsoft";

    /**
     * Reads and checks a file without its weights.
     *
     * @throws InvalidInput when it is absent, no graph, half of one, of operators that are not known here, or its
     *     external data are not all where they must be
     */
    public static GraphHeader read(Path file) {
        return new OnnxHeaderReader(file).read();
    }

    /** Whether this program wrote it. */
    public boolean isOwn() {
        return producer.equals(OWN);
    }

    /** Whether inputs that have a default are in half precision. */
    boolean takesHalves() {
        return optional.values().stream().anyMatch(input -> input.type() == DeclaredValue.HALF);
    }

    /**
     * Checks that it is what a caller takes it for.
     *
     * @param needed inputs without which the caller has nothing to say
     * @param known further inputs that the caller can give
     * @param wanted outputs that the caller reads
     * @throws InvalidInput naming the inputs and outputs that are missing and those that nobody can give
     */
    public void check(Collection<String> needed, Collection<String> known, Collection<String> wanted) {
        List<String> wrong = new ArrayList<>();
        Set<String> strangers = new TreeSet<>(inputs.keySet());
        strangers.removeAll(needed);
        strangers.removeAll(known);
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(inputs.keySet());
        Set<String> lost = new TreeSet<>(wanted);
        lost.removeAll(outputs.keySet());
        if (!missing.isEmpty()) {
            wrong.add("takes no " + String.join(", ", missing));
        }
        if (!strangers.isEmpty()) {
            wrong.add("wants " + String.join(", ", strangers) + ", which is not known here");
        }
        if (!lost.isEmpty()) {
            wrong.add("gives no " + String.join(", ", lost));
        }
        if (!wrong.isEmpty()) {
            throw new InvalidInput(file.toString(), String.join(" and ", wrong) + "; is it another model's graph?");
        }
    }

    /**
     * Checks that an axis of an input is as long as the config beside the graph says; one that a run decides may be.
     *
     * @param key what the config calls it
     * @throws InvalidInput naming both numbers
     */
    public void mustBe(String input, int axis, String key, long length) {
        fit("takes " + input, inputs.get(input), axis, key, length);
    }

    /** Checks an axis of an output as {@link #mustBe} does that of an input. */
    public void mustGive(String output, int axis, String key, long length) {
        fit("gives " + output, outputs.get(output), axis, key, length);
    }

    private void fit(String what, @Nullable DeclaredValue value, int axis, String key, long length) {
        if (value == null || axis >= value.dims().size()) {
            return;
        }
        long declared = value.dims().get(axis);
        if (declared >= 0 && declared != length) {
            throw new InvalidInput(
                    file.toString(),
                    what + " of " + value.shape() + ", but the config beside it gives " + key + " " + length
                            + "; is one of the two another model's, or has the config lost its " + key + "?");
        }
    }
}
