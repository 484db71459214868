package org.moslora.tensors;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.moslora.problems.Problems;

/** Checks that the tensors of a file cover its data exactly: no overlap, no gap, nothing missing, nothing left. */
final class DataLayout {
    private DataLayout() {}

    /**
     * @param available bytes of the file after its header
     * @throws org.moslora.problems.InvalidInput with everything that is wrong
     */
    static void check(String where, Collection<Placed> tensors, long available) {
        List<Placed> ordered = new ArrayList<>(tensors);
        ordered.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
        List<String> wrong = new ArrayList<>();
        long at = 0;
        String before = "the header";
        for (Placed tensor : ordered) {
            if (tensor.begin() != at) {
                wrong.add(misplaced(tensor, at, before));
            }
            if (tensor.end() >= at) {
                before = NameExcerpt.name(tensor.name());
                at = tensor.end();
            }
        }
        Problems problems = new Problems();
        NameExcerpt.addAll(problems, where, wrong);
        if (at > available) {
            problems.add(
                    where,
                    "is truncated: " + (at - available) + " of " + at
                            + " bytes of data are missing; was a download or copy broken off?");
        } else if (at < available) {
            problems.add(where, "has " + (available - at) + " bytes after the last tensor that belong to none");
        }
        problems.throwIfAny();
    }

    private static String misplaced(Placed tensor, long at, String before) {
        String placed = "tensor " + NameExcerpt.name(tensor.name()) + " at " + tensor.span();
        return tensor.begin() < at
                ? placed + " overlaps " + before + ", which ends at " + at
                : placed + " leaves a gap of " + (tensor.begin() - at) + " bytes after " + before;
    }
}
