package org.moslora.tensors;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** An index of shards: which file holds which tensor. */
record ShardIndex(Path path, Map<String, String> weightMap) {
    /** @throws InvalidInput if it is no index, or names a file outside its folder */
    static ShardIndex read(Path path) {
        Map<String, String> weightMap = new TreeMap<>();
        boolean[] found = {false};
        try (Reader text = InputFile.reader(path)) {
            StrictJson json = new StrictJson(path.toString(), text);
            json.object("the index", field -> {
                if (field.equals("weight_map")) {
                    found[0] = true;
                    json.object(
                            field, name -> weightMap.put(name, json.string("weight_map " + NameExcerpt.name(name))));
                } else {
                    json.skip();
                }
            });
            json.end();
        } catch (IOException failure) {
            throw new InvalidInput(path.toString(), "cannot be read: " + failure.getMessage());
        }
        if (!found[0]) {
            throw new InvalidInput(path.toString(), "has no weight_map: it is no index of shards");
        }
        ShardIndex index = new ShardIndex(path, weightMap);
        index.requireInside();
        return index;
    }

    /** The names of the shards, sorted. */
    SortedSet<String> shards() {
        return new TreeSet<>(weightMap.values());
    }

    private void requireInside() {
        List<String> outside = new ArrayList<>();
        for (String shard : shards()) {
            if (!isInside(shard)) {
                outside.add(
                        "names the shard " + NameExcerpt.name(shard) + ", which does not lie in the index's folder");
            }
        }
        Problems problems = new Problems();
        NameExcerpt.addAll(problems, path.toString(), outside);
        problems.throwIfAny();
    }

    // By the name alone, whatever the system: a downloaded index must not reach other folders.
    private static boolean isInside(String shard) {
        try {
            Path relative = Path.of(shard);
            return !shard.isEmpty()
                    && !relative.isAbsolute()
                    && !shard.contains("\\")
                    && !shard.contains(":")
                    && relative.equals(relative.normalize())
                    && !relative.startsWith("..");
        } catch (InvalidPathException impossible) {
            return false;
        }
    }
}
