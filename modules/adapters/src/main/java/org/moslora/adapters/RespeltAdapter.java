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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern KEY =
            Pattern.compile("(lora_unet_|diffusion_model\\.)(.+?)\\.(lora_A\\.weight|lora_B\\.weight|lora_\\w+\\.weight"
                    + "|alpha|dora_scale|lora_magnitude_vector(?:\\.weight)?|hada_\\w+|lokr_\\w+)");

    private final WeightSource file;
    private final String format;
    private final Map<String, Rows> rows;

    /**
     * What a name stands for.
     *
     * @param key of the file's tensor
     * @param part which of so many equal parts of its rows
     * @param swapped whether these are its second half, then its first
     */
    private record Rows(String key, int part, int parts, boolean swapped) {}

    private RespeltAdapter(WeightSource file, String format, Map<String, Rows> rows) {
        this.file = file;
        this.format = format;
        this.rows = Collections.unmodifiableMap(rows);
    }

    /** The file under diffusers' names where it is for a transformer in others; else itself. */
    static WeightSource over(WeightSource file) {
        Map<String, Matcher> keys = new LinkedHashMap<>();
        for (String key : file.names()) {
            Matcher match = KEY.matcher(key);
            if (match.matches()) {
                keys.put(key, match);
            }
        }
        if (keys.isEmpty()) {
            return file;
        }
        boolean underscores = keys.values().iterator().next().group(1).equals("lora_unet_");
        List<String> names = keys.values().stream().map(match -> match.group(2)).toList();
        Optional<TransformerTree> tree = TransformerTree.of(names, underscores);
        return tree.isEmpty() ? file : respelt(file, tree.get(), keys, underscores);
    }

    private static WeightSource respelt(
            WeightSource file, TransformerTree tree, Map<String, Matcher> keys, boolean underscores) {
        Map<String, Rows> rows = new LinkedHashMap<>();
        for (String key : file.names()) {
            Matcher match = keys.get(key);
            Optional<TreePlace> place = match == null ? Optional.empty() : tree.diffusers(match.group(2), underscores);
            if (match == null || place.isEmpty()) {
                rows.put(key, new Rows(key, 0, 1, false));
                continue;
            }
            String end = end(match.group(3));
            List<String> paths = place.get().paths();
            boolean whole = end.startsWith("lora_A") || end.startsWith("lora_mid") || end.equals("alpha");
            for (int i = 0; i < paths.size(); i++) {
                if (paths.size() > 1 && (end.startsWith("hada") || end.startsWith("lokr"))) {
                    throw new InvalidInput(
                            file.origin().toString(),
                            key + " is on a layer that diffusers has as " + paths.size()
                                    + ", and only a pair (lora_down, lora_up) can be taken apart");
                }
                rows.put(
                        Components.TRANSFORMER + paths.get(i) + "." + end,
                        new Rows(key, i, whole ? 1 : paths.size(), place.get().swapped() && !whole));
            }
        }
        return new RespeltAdapter(file, underscores ? "kohya" : "ComfyUI", rows);
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
        if (own.parts() == 1) {
            return info;
        }
        List<Long> shape = new ArrayList<>(info.shape());
        if (shape.isEmpty() || shape.get(0) % own.parts() != 0) {
            throw new InvalidInput(
                    file.origin().toString(),
                    own.key() + " is " + info.shape() + ", whose rows are not those of " + own.parts() + " layers");
        }
        shape.set(0, shape.get(0) / own.parts());
        return new TensorInfo(info.name(), info.dtype(), shape);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        Rows own = rows(name);
        List<ByteBuffer> whole = file.bytes(own.key());
        if (own.parts() == 1 && !own.swapped()) {
            return whole;
        }
        if (whole.size() != 1) {
            throw new InvalidInput(file.origin().toString(), own.key() + " is too large to be taken apart");
        }
        ByteBuffer bytes = whole.get(0);
        if (own.swapped()) {
            int half = bytes.limit() / 2;
            ByteBuffer turned = ByteBuffer.allocateDirect(bytes.limit()).order(ByteOrder.LITTLE_ENDIAN);
            turned.put(bytes.slice(half, bytes.limit() - half)).put(bytes.slice(0, half)).flip();
            return List.of(turned);
        }
        int length = bytes.limit() / own.parts();
        return List.of(bytes.slice(own.part() * length, length).order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public Map<String, String> metadata() {
        return file.metadata();
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
