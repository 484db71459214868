package org.moslora.tensors;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;

/** A header that passed all checks. {@code dataStart} is the byte of the file that data offsets count from. */
record Header(SortedMap<String, Placed> tensors, Map<String, String> metadata, long dataStart) {
    Header {
        tensors = Collections.unmodifiableSortedMap(tensors);
        metadata = Collections.unmodifiableMap(metadata);
    }
}
