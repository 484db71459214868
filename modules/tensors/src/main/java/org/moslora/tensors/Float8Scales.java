package org.moslora.tensors;

import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/**
 * Reads weights of 8 bits beside which lies what they are to be multiplied with, as ComfyUI writes them:
 * {@code NAME.weight} with {@code NAME.scale_weight} or {@code NAME.weight_scale}, one for all or one a row.
 */
public final class Float8Scales {
    private static final Pattern PART =
            Pattern.compile("(.+)\\.(scale_weight|weight_scale|scale_input|input_scale|comfy_quant)");
    private static final Set<String> SCALES = Set.of("scale_weight", "weight_scale");
    private static final Pattern MARKER = Pattern.compile("(.+\\.)?scaled_fp8");

    private final WeightSource files;
    private final SortedMap<String, float[]> scales = new TreeMap<>();
    private final Set<String> parts = new HashSet<>();
    private final Problems problems = new Problems();
    private int inputs;

    private Float8Scales(WeightSource files) {
        this.files = files;
    }

    /** As {@link #over(WeightSource, Messages)}, without a word. */
    public static WeightSource over(WeightSource files) {
        return over(files, line -> {});
    }

    /**
     * The same weights with those that have a scale as F32 and multiplied; {@code files} itself where there are none.
     * Closing it closes {@code files}.
     *
     * @param messages hears of scales that only arithmetic in 8 bits has a use for
     * @throws InvalidInput naming every scale that does not fit its weight, {@code files} being closed
     */
    public static WeightSource over(WeightSource files, Messages messages) {
        if (files.names().stream().noneMatch(name -> files.info(name).dtype().isNarrow())) {
            return files;
        }
        Float8Scales own = new Float8Scales(files);
        files.names().forEach(own::part);
        if (!own.problems.isEmpty()) {
            files.close();
            throw own.problems.thrown();
        }
        if (own.inputs > 0) {
            messages.tell(
                    files.origin() + ": " + own.inputs + " scales of inputs are left aside: only arithmetic in fp8"
                            + " has a use for them, and weights are computed with in the run's precision here");
        }
        return own.parts.isEmpty() ? files : own.scaled();
    }

    private WeightSource scaled() {
        SortedSet<String> left = new TreeSet<>(files.names());
        left.removeAll(parts);
        return new ScaledWeights(files, Map.copyOf(scales), Collections.unmodifiableSortedSet(left));
    }

    private void part(String name) {
        if (MARKER.matcher(name).matches()) {
            parts.add(name);
            return;
        }
        Matcher part = PART.matcher(name);
        String weight = part.matches() ? part.group(1) + ".weight" : "";
        if (files.names().contains(weight) && files.info(weight).dtype().isNarrow()) {
            parts.add(name);
            if (SCALES.contains(part.group(2))) {
                problems.collect(() -> scale(weight, name));
            } else if (part.group(2).equals("comfy_quant")) {
                mustHaveScale(part.group(1), name);
            } else {
                inputs++;
            }
        }
    }

    private void scale(String weight, String name) {
        TensorInfo info = files.info(weight);
        TensorInfo scale = files.info(name);
        long rows = info.shape().isEmpty() ? 1 : info.shape().get(0);
        if (scale.elements() != 1 && scale.elements() != rows) {
            throw new InvalidInput(
                    files.file(name).toString(),
                    "tensor " + NameExcerpt.name(name) + " has shape " + scale.shape() + ", but of " + weight + " "
                            + info.shape() + " one scale for all or one a row is read");
        }
        NonFinite.refuse(files, name);
        if (scales.put(weight, HalfFloats.floats(files, name)) != null) {
            throw new InvalidInput(files.file(name).toString(), weight + " has two scales, one of them " + name);
        }
    }

    private void mustHaveScale(String path, String name) {
        if (SCALES.stream().noneMatch(scale -> files.names().contains(path + "." + scale))) {
            problems.add(
                    files.file(name).toString(),
                    "tensor %s says a form of 8 bits without %s.weight_scale, which is not read",
                    name,
                    path);
        }
    }
}
