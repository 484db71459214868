package org.moslora.tensors;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.problems.Problems;

/** The JSON of a header: an object of tensor entries, and {@code __metadata__}. */
final class HeaderJson {
    static final String METADATA = "__metadata__";

    private final String where;
    private final SortedMap<String, Placed> tensors = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    HeaderJson(String where) {
        this.where = where;
    }

    /** @throws org.moslora.problems.InvalidInput if the text is no JSON of the right form */
    void read(byte[] text) {
        // The decoder of a charset replaces what it cannot decode; one made by hand reports it.
        InputStreamReader utf8 =
                new InputStreamReader(new ByteArrayInputStream(text), StandardCharsets.UTF_8.newDecoder());
        StrictJson json = new StrictJson(where, utf8);
        json.object("the header", name -> {
            if (name.equals(METADATA)) {
                json.object(METADATA, key -> metadata.put(key, json.string(METADATA + " " + NameExcerpt.name(key))));
            } else {
                new EntryJson(name, wrong).read(json).ifPresent(placed -> tensors.put(name, placed));
            }
        });
        json.end();
    }

    /** @throws org.moslora.problems.InvalidInput with what is wrong with single entries */
    void throwIfAny() {
        Problems problems = new Problems();
        NameExcerpt.addAll(problems, where, wrong);
        problems.throwIfAny();
    }

    SortedMap<String, Placed> tensors() {
        return tensors;
    }

    Map<String, String> metadata() {
        return metadata;
    }
}
