package org.moslora.tensors;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.moslora.problems.Problems;

/** Compares an index with what its shards hold. */
final class ShardCheck {
    private ShardCheck() {}

    /** @param shards the shards that could be opened, by name; nothing is said of the others */
    static void check(ShardIndex index, Map<String, WeightSource> shards, Problems problems) {
        Map<String, String> holders = new HashMap<>();
        List<String> twice = new ArrayList<>();
        List<String> unlisted = new ArrayList<>();
        shards.forEach((shard, source) -> {
            for (String name : source.names()) {
                String other = holders.putIfAbsent(name, shard);
                if (other != null) {
                    twice.add("tensor " + NameExcerpt.name(name) + " is in " + other + " and in " + shard);
                }
                if (!index.weightMap().containsKey(name)) {
                    unlisted.add("does not list tensor " + NameExcerpt.name(name) + ", which is in " + shard);
                }
            }
        });
        String where = index.path().toString();
        NameExcerpt.addAll(problems, where, twice);
        NameExcerpt.addAll(problems, where, unlisted);
        NameExcerpt.addAll(problems, where, misplaced(index, shards, holders));
    }

    private static List<String> misplaced(
            ShardIndex index, Map<String, WeightSource> shards, Map<String, String> holders) {
        List<String> misplaced = new ArrayList<>();
        index.weightMap().forEach((name, shard) -> {
            WeightSource source = shards.get(shard);
            if (source != null && !source.names().contains(name)) {
                String holder = holders.get(name);
                misplaced.add("says that tensor " + NameExcerpt.name(name) + " is in " + shard + ", but it is in "
                        + (holder == null ? "no shard" : holder) + "; are the shards of another version?");
            }
        });
        return misplaced;
    }
}
