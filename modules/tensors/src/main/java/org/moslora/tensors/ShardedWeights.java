package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.problems.Problems;

/** The tensors of several files as one source. */
final class ShardedWeights implements WeightSource {
    private final Path folder;
    private final Collection<WeightSource> shards;
    private final SortedMap<String, WeightSource> holders = new TreeMap<>();

    private ShardedWeights(Path folder, Map<String, WeightSource> shards) {
        this.folder = folder;
        this.shards = shards.values();
        shards.values().forEach(shard -> shard.names().forEach(name -> holders.put(name, shard)));
    }

    /** @throws org.moslora.problems.InvalidInput with every problem of the index and of all its shards */
    static WeightSource open(Path folder, String indexName) {
        ShardIndex index = ShardIndex.read(folder.resolve(indexName));
        Map<String, WeightSource> shards = new TreeMap<>();
        try {
            openAll(index, shards);
        } catch (RuntimeException failure) {
            shards.values().forEach(WeightSource::close);
            throw failure;
        }
        return new ShardedWeights(folder, shards);
    }

    private static void openAll(ShardIndex index, Map<String, WeightSource> shards) {
        Problems problems = new Problems();
        List<String> missing = index.shards().stream()
                .filter(shard -> !Files.exists(index.path().resolveSibling(shard)))
                .toList();
        if (!missing.isEmpty()) {
            problems.add(index.path().toString(), "names shards that are not there: " + String.join(", ", missing));
        }
        for (String shard : index.shards()) {
            if (!missing.contains(shard)) {
                problems.collect(() ->
                        shards.put(shard, SafetensorsFile.open(index.path().resolveSibling(shard))));
            }
        }
        ShardCheck.check(index, shards, problems);
        problems.throwIfAny();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(holders.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return holder(name).info(name);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        return holder(name).bytes(name);
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> merged = new TreeMap<>();
        shards.forEach(shard -> shard.metadata().forEach(merged::putIfAbsent));
        return Collections.unmodifiableMap(merged);
    }

    @Override
    public Path file(String name) {
        return holder(name).file(name);
    }

    @Override
    public Path origin() {
        return folder;
    }

    @Override
    public void close() {
        shards.forEach(WeightSource::close);
    }

    private WeightSource holder(String name) {
        WeightSource holder = holders.get(name);
        if (holder == null) {
            throw NoSuchTensor.in(folder, name, names());
        }
        return holder;
    }
}
