package org.moslora.tensors;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which tensors go into which file, for files of limited size. */
record ShardPlan(List<List<TensorData>> shards) {
    static ShardPlan of(Collection<? extends TensorData> tensors, long maxShardBytes) {
        List<List<TensorData>> shards = new ArrayList<>();
        List<TensorData> shard = new ArrayList<>();
        long bytes = 0;
        for (TensorData tensor : byName(tensors)) {
            long size = tensor.info().byteSize();
            if (!shard.isEmpty() && bytes + size > maxShardBytes) {
                shards.add(shard);
                shard = new ArrayList<>();
                bytes = 0;
            }
            shard.add(tensor);
            bytes += size;
        }
        shards.add(shard);
        return new ShardPlan(shards);
    }

    List<Path> write(Path folder, WeightName name, Map<String, String> metadata) {
        if (shards.size() == 1) {
            Path file = folder.resolve(name.file());
            SafetensorsWriter.write(file, shards.get(0), metadata);
            return List.of(file);
        }
        List<Path> files = new ArrayList<>();
        Map<String, String> weightMap = new TreeMap<>();
        for (List<TensorData> shard : shards) {
            Path file = folder.resolve(name.shard(files.size() + 1, shards.size()));
            SafetensorsWriter.write(file, shard, metadata);
            shard.forEach(tensor ->
                    weightMap.put(tensor.info().name(), file.getFileName().toString()));
            files.add(file);
        }
        Path index = folder.resolve(name.index());
        DurableFiles.writeString(index, indexText(weightMap));
        files.add(index);
        return List.copyOf(files);
    }

    private static List<? extends TensorData> byName(Collection<? extends TensorData> tensors) {
        return tensors.stream()
                .sorted(Comparator.comparing(
                        (TensorData tensor) -> tensor.info().name()))
                .toList();
    }

    private String indexText(Map<String, String> weightMap) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.beginObject().name("metadata").beginObject();
            json.name("total_size").value(totalSize()).endObject();
            json.name("weight_map").beginObject();
            for (Map.Entry<String, String> entry : weightMap.entrySet()) {
                json.name(entry.getKey()).value(entry.getValue());
            }
            json.endObject().endObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text + "\n";
    }

    private long totalSize() {
        return shards.stream()
                .flatMap(List::stream)
                .mapToLong(tensor -> tensor.info().byteSize())
                .sum();
    }
}
