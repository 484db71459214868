package org.moslora.tensors;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.NearestName;

/** Reads one tensor's entry of a header and checks it on its own; what is wrong is added to a list. */
final class EntryJson {
    /** As many axes as libtorch can handle. */
    private static final int MOST_AXES = 64;

    private final String name;
    private final List<String> wrong;
    private @Nullable String dtype;
    private @Nullable List<Long> shape;
    private @Nullable List<Long> offsets;

    EntryJson(String name, List<String> wrong) {
        this.name = name;
        this.wrong = wrong;
    }

    /** The tensor, unless something is wrong with it. */
    Optional<Placed> read(StrictJson json) {
        json.object(tensor(), field -> readField(json, field));
        if (dtype == null || shape == null || offsets == null) {
            return say("lacks " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        Optional<DType> type = DType.named(dtype);
        if (type.isEmpty()) {
            return say("has the unknown dtype " + NameExcerpt.name(dtype)
                    + NearestName.hint(NameExcerpt.name(dtype), DType.names()));
        }
        return place(type.get(), shape, offsets);
    }

    private void readField(StrictJson json, String field) {
        switch (field) {
            case "dtype" -> dtype = json.string("dtype of " + tensor());
            case "shape" -> shape = json.naturals("shape of " + tensor(), MOST_AXES);
            case "data_offsets" -> offsets = json.naturals("data_offsets of " + tensor(), 2);
            default -> {
                say("has a field " + NameExcerpt.name(field) + "; known: dtype, shape, data_offsets");
                json.skip();
            }
        }
    }

    private Optional<Placed> place(DType type, List<Long> sizes, List<Long> span) {
        if (span.size() != 2) {
            return say("has data_offsets " + span + ", which should be a begin and an end");
        }
        TensorInfo info;
        try {
            info = new TensorInfo(name, type, sizes);
        } catch (IllegalArgumentException impossible) {
            return say("is impossible: " + impossible.getMessage());
        }
        long begin = span.get(0);
        long end = span.get(1);
        if (begin > end) {
            return say("has data_offsets " + span + " that end before they begin");
        }
        if (end - begin != info.byteSize()) {
            return say("has data_offsets " + span + ", that is " + (end - begin) + " bytes, but its shape " + sizes
                    + " of " + type + " takes " + info.byteSize());
        }
        return Optional.of(new Placed(info, begin, end));
    }

    private Optional<Placed> say(String what) {
        wrong.add(tensor() + " " + what);
        return Optional.empty();
    }

    private String tensor() {
        return "tensor " + NameExcerpt.name(name);
    }
}
