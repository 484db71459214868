package org.moslora.adapters;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.names.Components;
import org.moslora.adapters.names.TransformerTree;
import org.moslora.adapters.names.TreePlace;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * A file for a transformer in the names of kohya, musubi, ai-toolkit or ComfyUI, under those of diffusers. A pair on a
 * layer that diffusers has as several is a pair on each: A is the same, B each one's rows.
 */
final class RespeltAdapter implements WeightSource {
    private final WeightSource file;
    private final String format;
    private final Map<String, Rows> rows;

    /**
     * What a name stands for.
     *
     * @param key of the file's tensor
     * @param from the first of the parts of its rows
     * @param count how many of them
     * @param parts that there are
     * @param swapped whether these are its second half, then its first
     */
    private record Rows(String key, int from, int count, int parts, boolean swapped) {
        static Rows all(String key, boolean swapped) {
            return new Rows(key, 0, 1, 1, swapped);
        }

        boolean isWhole() {
            return count == parts;
        }
    }

    private RespeltAdapter(WeightSource file, String format, Map<String, Rows> rows) {
        this.file = file;
        this.format = format;
        this.rows = Collections.unmodifiableMap(rows);
    }

    /** The file under diffusers' names where it is for a transformer in others; else itself. */
    static WeightSource over(WeightSource file) {
        Map<String, OriginalKey> keys = new LinkedHashMap<>();
        for (String key : file.names()) {
            OriginalKey.of(key).ifPresent(original -> keys.put(key, original));
        }
        if (keys.isEmpty()) {
            return file;
        }
        OriginalKey first = keys.values().iterator().next();
        List<String> names = keys.values().stream().map(OriginalKey::name).toList();
        Optional<TransformerTree> tree = TransformerTree.of(names, first.underscores());
        return tree.isEmpty() ? file : respelt(file, FluxVersion.of(file, tree.get(), keys), keys, first.format());
    }

    private static WeightSource respelt(
            WeightSource file, TransformerTree tree, Map<String, OriginalKey> keys, String format) {
        Map<String, Rows> rows = new LinkedHashMap<>();
        for (String key : file.names()) {
            OriginalKey original = keys.get(key);
            Optional<TreePlace> place =
                    original == null ? Optional.empty() : tree.diffusers(original.name(), original.underscores());
            if (original == null || place.isEmpty()) {
                rows.put(key, Rows.all(key, false));
            } else {
                parted(file, key, original, place.get(), rows);
            }
        }
        return new RespeltAdapter(file, format, rows);
    }

    private static void parted(
            WeightSource file, String key, OriginalKey original, TreePlace place, Map<String, Rows> rows) {
        String end = end(original.end());
        List<String> paths = place.paths();
        if (paths.size() > 1 && (end.startsWith("hada") || end.startsWith("lokr"))) {
            throw new InvalidInput(
                    file.origin().toString(),
                    key + " is on a layer that diffusers has as " + paths.size()
                            + ", and only a pair (lora_down, lora_up) can be taken apart");
        }
        boolean whole = end.startsWith("lora_A") || end.startsWith("lora_mid") || end.equals("alpha");
        List<Long> shape = file.info(key).shape();
        boolean swapped = !whole
                && !shape.isEmpty()
                && place.isSwapped(shape.get(0), original.inputs(file, key).orElse(0L));
        for (int i = 0; i < paths.size(); i++) {
            Rows own = whole || paths.size() == 1
                    ? Rows.all(key, swapped)
                    : new Rows(key, place.from(i), place.shares().get(i), place.parts(), false);
            rows.put(Components.TRANSFORMER + paths.get(i) + "." + end, own);
        }
    }

    /** PEFT's end of a key for kohya's. */
    private static String end(String kohya) {
        for (TensorRole role : TensorRole.values()) {
            if (role.kohya().equals(kohya)) {
                return role.peft().isEmpty() ? role.label() : role.peft();
            }
        }
        return kohya;
    }

    /** Whose spelling the file has. */
    String format() {
        return format;
    }

    @Override
    public Set<String> names() {
        return rows.keySet();
    }

    private Rows rows(String name) {
        Rows found = rows.get(name);
        if (found == null) {
            throw new InvalidInput(file.origin().toString(), "has no tensor " + name);
        }
        return found;
    }

    @Override
    public TensorInfo info(String name) {
        Rows own = rows(name);
        TensorInfo info = file.info(own.key());
        if (own.isWhole()) {
            return info.named(name);
        }
        List<Long> shape = new ArrayList<>(info.shape());
        if (shape.isEmpty() || shape.get(0) % own.parts() != 0) {
            throw new InvalidInput(
                    file.origin().toString(),
                    own.key() + " is " + info.shape() + ", whose rows are not " + own.parts()
                            + " times those of one of the layers that diffusers has in its place");
        }
        shape.set(0, shape.get(0) / own.parts() * own.count());
        return new TensorInfo(name, info.dtype(), shape);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        Rows own = rows(name);
        List<ByteBuffer> whole = file.bytes(own.key());
        if (own.isWhole() && !own.swapped()) {
            return whole;
        }
        if (whole.size() != 1) {
            throw new InvalidInput(file.origin().toString(), own.key() + " is too large to be taken apart");
        }
        ByteBuffer bytes = whole.get(0);
        if (own.swapped()) {
            int half = bytes.limit() / 2;
            ByteBuffer turned = ByteBuffer.allocateDirect(bytes.limit()).order(ByteOrder.LITTLE_ENDIAN);
            turned.put(bytes.slice(half, bytes.limit() - half))
                    .put(bytes.slice(0, half))
                    .flip();
            return List.of(turned);
        }
        int length = bytes.limit() / own.parts();
        return List.of(bytes.slice(own.from() * length, own.count() * length).order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public Map<String, String> metadata() {
        return file.metadata();
    }

    @Override
    public String spelled(String name) {
        return file.spelled(rows(name).key());
    }

    @Override
    public Path file(String name) {
        return file.file(rows(name).key());
    }

    @Override
    public Path origin() {
        return file.origin();
    }

    @Override
    public void close() {
        file.close();
    }
}
