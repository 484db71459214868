package org.moslora.adapters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.LlavaKeys;

/** Sorts the tensors of an adapter folder into layers; whatever has no place is a problem. */
final class AdapterReader {
    private static final String PROJECTOR_PATH = "model.multi_modal_projector.";

    private final Path folder;
    private final AdapterConfig config;
    private final Problems problems = new Problems();
    private final Map<String, Map<String, String>> factors = new LinkedHashMap<>();
    private final SortedMap<String, String> projector = new TreeMap<>();

    AdapterReader(Path folder) {
        this.folder = folder;
        this.config = AdapterConfig.read(folder);
    }

    AdapterFile read() {
        WeightSource tensors = ModelFolder.open(folder, WeightName.of("adapter_model"));
        try {
            sort(tensors);
            boolean mixed = factors.values().stream().anyMatch(all -> all.containsKey(AdapterNames.MIXER));
            AdapterKind kind = mixed ? AdapterKind.MOSLORA : config.kind();
            SortedMap<String, AdapterLayer> layers = new TreeMap<>();
            factors.forEach((path, keys) -> layer(tensors, kind, path, keys).ifPresent(one -> layers.put(path, one)));
            WeightSource beside = beside();
            if (factors.isEmpty() && projector.isEmpty()) {
                problems.add(folder.toString(), "holds no adapter tensor");
            }
            problems.throwIfAny();
            return new AdapterFile(folder, config, kind, tensors, beside, layers, projector);
        } catch (InvalidInput invalid) {
            tensors.close();
            throw invalid;
        }
    }

    private void sort(WeightSource tensors) {
        List<String> strangers = new ArrayList<>();
        for (String key : tensors.names()) {
            Optional<AdapterNames.Factor> factor = AdapterNames.parse(key);
            String canonical = LlavaKeys.llava()
                    .canonical(factor.map(AdapterNames.Factor::path)
                            .orElse(
                                    key.startsWith(AdapterNames.PREFIX)
                                            ? key.substring(AdapterNames.PREFIX.length())
                                            : key));
            if (factor.isPresent()) {
                String before = factors.computeIfAbsent(canonical, path -> new LinkedHashMap<>())
                        .put(factor.get().name(), key);
                if (before != null) {
                    problems.add(folder.toString(), "%s and %s are the same factor of one layer", before, key);
                }
            } else if (canonical.startsWith(PROJECTOR_PATH)) {
                projector.put(canonical, key);
            } else {
                strangers.add(key);
            }
        }
        if (!strangers.isEmpty()) {
            problems.add(
                    folder.toString(),
                    "%d tensors are no part of a LoRA or MoSLoRA adapter: %s",
                    strangers.size(),
                    AdapterNames.shortened(strangers));
        }
    }

    private Optional<AdapterLayer> layer(
            WeightSource tensors, AdapterKind kind, String path, Map<String, String> keys) {
        String down = keys.get(AdapterNames.DOWN);
        String mixer = keys.get(AdapterNames.MIXER);
        String up = keys.get(AdapterNames.UP);
        if (down == null || up == null || (kind == AdapterKind.MOSLORA && mixer == null)) {
            String absent = down == null ? AdapterNames.DOWN : up == null ? AdapterNames.UP : AdapterNames.MIXER;
            problems.add(folder.toString(), "layer %s lacks its %s; it has only %s", path, absent, keys.values());
            return Optional.empty();
        }
        List<Long> downShape = tensors.info(down).shape();
        List<Long> upShape = tensors.info(up).shape();
        int rank = config.rank(path);
        List<Boolean> fits = new ArrayList<>();
        fits.add(matrix(down, downShape, rank, 0, true));
        fits.add(matrix(up, upShape, rank, 1, false));
        if (mixer != null) {
            fits.add(matrix(mixer, tensors.info(mixer).shape(), rank, 0, false)
                    && matrix(mixer, tensors.info(mixer).shape(), rank, 1, false));
        }
        if (fits.contains(false)) {
            return Optional.empty();
        }
        return Optional.of(new AdapterLayer(
                path,
                rank,
                config.alpha(path),
                down,
                mixer,
                up,
                downShape.stream().skip(1).reduce(1L, (a, b) -> a * b),
                upShape.get(0),
                downShape.subList(2, downShape.size())));
    }

    /** Whether a factor has the rank on this axis; a convolution's have two more axes, of size 1 but for A's kernel. */
    private boolean matrix(String key, List<Long> shape, int rank, int axis, boolean kernel) {
        boolean convolution =
                shape.size() == 4 && (kernel || shape.subList(2, 4).equals(List.of(1L, 1L)));
        if ((shape.size() == 2 || convolution) && shape.get(axis) == rank) {
            return true;
        }
        problems.add(
                folder.toString(),
                "%s has shape %s, but %s says rank %d: expected %s",
                key,
                shape,
                AdapterNames.CONFIG,
                rank,
                axis == 0 ? "[" + rank + ", …]" : "[…, " + rank + "]");
        return false;
    }

    private @Nullable WeightSource beside() {
        Path file = folder.resolve(AdapterNames.PROJECTOR);
        if (!Files.exists(file)) {
            return null;
        }
        if (!projector.isEmpty()) {
            problems.add(folder.toString(), "holds two projectors, in %s and beside it", AdapterNames.WEIGHTS);
        }
        WeightSource source = SafetensorsFile.open(file);
        for (String key : source.names()) {
            String[] parts = key.split("\\.");
            int length = parts.length;
            if (length < 2 || !parts[length - 2].matches("linear_[12]")) {
                problems.add(file.toString(), "%s is no projector tensor such as linear_1.weight", key);
            } else {
                projector.put(PROJECTOR_PATH + parts[length - 2] + "." + parts[length - 1], key);
            }
        }
        return source;
    }
}
