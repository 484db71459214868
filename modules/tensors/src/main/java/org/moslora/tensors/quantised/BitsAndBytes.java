package org.moslora.tensors.quantised;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.DType;
import org.moslora.tensors.Packed;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * Reads weights that bitsandbytes stored in NF4. Beside a weight's codes lie its scales, its levels and a JSON that
 * says its shape; here they become one tensor again, {@link WeightSource#packed}.
 */
public final class BitsAndBytes {
    private static final Pattern STATE = Pattern.compile("(.+)\\.quant_state\\.bitsandbytes__(\\w+)");
    private static final List<String> SUFFIXES = List.of(
            PackedNf4.SCALES, PackedNf4.LEVELS, PackedNf4.OUTER, PackedNf4.NESTED_LEVELS, ".SCB", ".weight_format");
    private static final int MOST = 20;

    private final WeightSource files;
    private final SortedMap<String, Packed> packed = new TreeMap<>();
    private final Set<String> parts = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();

    private BitsAndBytes(WeightSource files) {
        this.files = files;
    }

    /**
     * The same weights with the quantised ones whole by name and shape; {@code files} itself where there are none.
     * Closing it closes {@code files}.
     *
     * @throws InvalidInput naming every part that is missing, stray, misshapen or of a variant that is not read
     */
    public static WeightSource over(WeightSource files) {
        BitsAndBytes reader = new BitsAndBytes(files);
        for (String name : files.names()) {
            Matcher state = STATE.matcher(name);
            if (state.matches()) {
                reader.weight(state.group(1), name, state.group(2));
            }
        }
        files.names().forEach(reader::stray);
        reader.throwIfWrong();
        return reader.packed.isEmpty() ? files : new PackedWeights(files, reader.packed, reader.parts);
    }

    private void weight(String key, String state, String form) {
        parts.add(state);
        SUFFIXES.forEach(suffix -> parts.add(key + suffix));
        if (!form.equals("nf4")) {
            wrong.add(key + " is held in " + form + "; of bitsandbytes' 4-bit forms only nf4 is read");
            return;
        }
        try {
            Nf4State said = Nf4State.read(files, state);
            PackedNf4 held = new PackedNf4(files, key, said.shape(), said.type(), said.nested(), said.offset());
            check(held);
            packed.put(key, held);
        } catch (InvalidInput unread) {
            unread.problems().forEach(problem -> wrong.add(problem.what()));
        }
    }

    private void check(PackedNf4 held) {
        long blocks = PackedNf4.blocks(held.elements());
        part(held.key(), "", DType.U8, (held.elements() + 1) / 2);
        part(held.key(), PackedNf4.SCALES, held.nested() ? DType.U8 : DType.F32, blocks);
        part(held.key(), PackedNf4.LEVELS, DType.F32, 16);
        if (held.nested()) {
            part(held.key(), PackedNf4.OUTER, DType.F32, PackedNf4.groups(blocks));
            part(held.key(), PackedNf4.NESTED_LEVELS, DType.F32, 256);
        }
    }

    private void part(String key, String suffix, DType type, long elements) {
        String name = key + suffix;
        if (!files.names().contains(name)) {
            wrong.add("tensor " + name + " is missing, without which " + key + " in NF4 cannot be read");
            return;
        }
        TensorInfo info = files.info(name);
        if (info.dtype() != type || info.elements() != elements) {
            wrong.add("tensor " + name + " is " + info.dtype() + " " + info.shape() + ", expected " + elements
                    + " entries of " + type + "; does the state of " + key + " say another shape?");
        }
    }

    private void stray(String name) {
        for (String suffix : SUFFIXES) {
            if (name.endsWith(suffix) && !parts.contains(name)) {
                String key = name.substring(0, name.length() - suffix.length());
                wrong.add("tensor " + name + " belongs to a quantised weight, but "
                        + (suffix.equals(".SCB") || suffix.equals(".weight_format")
                                ? "bitsandbytes' 8-bit layout is not read"
                                : key + PackedNf4.STATE + " is missing"));
            }
        }
    }

    private void throwIfWrong() {
        Problems problems = new Problems();
        String where = files.origin().toString();
        wrong.stream().limit(MOST).forEach(what -> problems.add(where, what));
        if (wrong.size() > MOST) {
            problems.add(where, "and " + (wrong.size() - MOST) + " more like the last one");
        }
        problems.throwIfAny();
    }
}
