package org.moslora.qwen;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.tensors.TensorShapes;
import org.moslora.tensors.keys.LlavaKeys;

/** What the tensors of tower and mergers are called in one family, as transformers 5 names its modules, and their shapes. */
public enum QwenNames {
    /** Qwen2-VL. */
    QWEN2("fc1", "fc2", "ln_q", "mlp.0", "mlp.2"),
    /** Qwen2.5-VL, whose feed-forward part has a gate. */
    QWEN25("gate_proj", "down_proj", "ln_q", "mlp.0", "mlp.2"),
    /** Qwen3-VL. */
    QWEN3("linear_fc1", "linear_fc2", "norm", "linear_fc1", "linear_fc2");

    static final String VISUAL = "model.visual.";
    static final String BLOCKS = VISUAL + "blocks.";
    /** What names of the merger begin with. */
    public static final String MERGER = LlavaKeys.MERGER;
    /** The patches' weight. */
    public static final String EMBED = VISUAL + "patch_embed.proj.weight";
    /** Its bias. */
    public static final String EMBED_BIAS = VISUAL + "patch_embed.proj.bias";
    /** The table of positions. */
    public static final String PLACES = VISUAL + "pos_embed.weight";

    private static final String WEIGHT = ".weight";

    private final String into;
    private final String out;
    private final String mergerNorm;
    private final String mergerIn;
    private final String mergerOut;

    QwenNames(String into, String out, String mergerNorm, String mergerIn, String mergerOut) {
        this.into = into;
        this.out = out;
        this.mergerNorm = mergerNorm;
        this.mergerIn = mergerIn;
        this.mergerOut = mergerOut;
    }

    /** What names of a block begin with. */
    public static String block(int number) {
        return BLOCKS + number + ".";
    }

    /** What names of a merger begin with whose tokens are added deep in the decoder. */
    public static String deepMerger(int number) {
        return VISUAL + "deepstack_merger_list." + number + ".";
    }

    /** Into the feed-forward part: its gate, where it has one. */
    public String into(int block) {
        return block(block) + "mlp." + into;
    }

    /** Out of it. */
    public String out(int block) {
        return block(block) + "mlp." + out;
    }

    /** Beside its gate. */
    public static String up(int block) {
        return block(block) + "mlp.up_proj";
    }

    /** A merger's norm. */
    public String mergerNorm(String merger) {
        return merger + mergerNorm;
    }

    /** Its first linear. */
    public String mergerIn(String merger) {
        return merger + mergerIn;
    }

    /** Its second. */
    public String mergerOut(String merger) {
        return merger + mergerOut;
    }

    /** Every tensor, with its shape. */
    SortedMap<String, List<Long>> expected(QwenConfig config) {
        QwenVision vision = config.vision();
        TensorShapes shapes = new TensorShapes();
        shapes.add(EMBED, vision.width(), 3, vision.time(), vision.patch(), vision.patch());
        if (config.patchBias()) {
            shapes.add(EMBED_BIAS, vision.width());
        }
        if (vision.places() > 0) {
            shapes.add(PLACES, (long) vision.places() * vision.places(), vision.width());
        }
        for (int i = 0; i < vision.depth(); i++) {
            block(shapes, vision, i);
        }
        merger(shapes, config, MERGER, vision.width());
        for (int i = 0; i < vision.deep().size(); i++) {
            merger(shapes, config, deepMerger(i), vision.joined());
        }
        SortedMap<String, List<Long>> all = new TreeMap<>(config.names().expected(config.text()));
        all.putAll(shapes.all());
        return all;
    }

    private void block(TensorShapes shapes, QwenVision vision, int i) {
        norm(shapes, block(i) + "norm1", vision.width(), vision.gated());
        norm(shapes, block(i) + "norm2", vision.width(), vision.gated());
        shapes.linear(block(i) + "attn.qkv", 3L * vision.width(), vision.width(), true);
        shapes.linear(block(i) + "attn.proj", vision.width(), vision.width(), true);
        shapes.linear(into(i), vision.inner(), vision.width(), true);
        shapes.linear(out(i), vision.width(), vision.inner(), true);
        if (vision.gated()) {
            shapes.linear(up(i), vision.inner(), vision.width(), true);
        }
    }

    private void merger(TensorShapes shapes, QwenConfig config, String path, int normed) {
        QwenVision vision = config.vision();
        norm(shapes, mergerNorm(path), normed, vision.gated());
        shapes.linear(mergerIn(path), vision.joined(), vision.joined(), true);
        shapes.linear(mergerOut(path), config.text().hidden(), vision.joined(), true);
    }

    private static void norm(TensorShapes shapes, String path, long width, boolean rms) {
        if (rms) {
            shapes.add(path + WEIGHT, width);
        } else {
            shapes.norm(path, width);
        }
    }

    /** Paths of all linears. */
    static List<String> linears(SortedMap<String, List<Long>> expected) {
        return expected.entrySet().stream()
                .filter(entry -> entry.getValue().size() == 2
                        && entry.getKey().endsWith(WEIGHT)
                        && !entry.getKey().equals(PLACES)
                        && !entry.getKey().endsWith("embed_tokens.weight")
                        && !entry.getKey().equals("lm_head.weight"))
                .map(entry -> entry.getKey().substring(0, entry.getKey().length() - WEIGHT.length()))
                .toList();
    }
}
