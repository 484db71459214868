package org.moslora.generation.batch;

import java.util.ArrayList;
import java.util.List;

/** Gathers like pictures into batches. */
final class Batches {
    /** How many batches stand open at a time, so that pictures come out in about the order in which they were asked. */
    private static final int OPEN = 8;

    private Batches() {}

    static List<List<Planned>> of(List<Planned> pictures, int size) {
        List<List<Planned>> batches = new ArrayList<>();
        List<List<Planned>> open = new ArrayList<>();
        for (Planned picture : pictures) {
            List<Planned> batch = open.stream()
                    .filter(each -> each.get(0).isLike(picture))
                    .findFirst()
                    .orElse(null);
            if (batch == null) {
                batch = new ArrayList<>();
                open.add(batch);
            }
            batch.add(picture);
            if (batch.size() == size) {
                open.remove(batch);
                batches.add(batch);
            } else if (open.size() > OPEN) {
                batches.add(open.remove(0));
            }
        }
        batches.addAll(open);
        return batches;
    }
}
