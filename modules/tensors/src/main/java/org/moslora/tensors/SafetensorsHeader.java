package org.moslora.tensors;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;

/** A header that passed all checks. {@code dataStart} is the byte of the file that data offsets count from. */
record SafetensorsHeader(SortedMap<String, Placed> tensors, Map<String, String> metadata, long dataStart) {
    SafetensorsHeader {
        tensors = Collections.unmodifiableSortedMap(tensors);
        metadata = Collections.unmodifiableMap(metadata);
    }
}
