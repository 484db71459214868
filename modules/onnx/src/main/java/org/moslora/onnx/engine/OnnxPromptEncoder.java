package org.moslora.onnx.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.PromptTokens;
import org.moslora.generation.image.TextReading;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/** {@link PromptEncoder} over the graphs of text encoders. */
final class OnnxPromptEncoder implements PromptEncoder {
    private final PictureFolder folder;
    private final List<RunningGraph> encoders;
    private final PromptTokens tokens;
    private final AdapterSet adapters;

    OnnxPromptEncoder(PictureFolder folder, List<RunningGraph> encoders, PromptTokens tokens, AdapterSet adapters) {
        this.folder = folder;
        this.encoders = encoders;
        this.tokens = tokens;
        this.adapters = adapters;
    }

    @Override
    public boolean zeroForNothing() {
        return folder.zeroForNothing();
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        int clipSkip = reading.clipSkip();
        List<int[]> ids = tokens.ids(text);
        if (!folder.isXl()) {
            return clipSkip == 0 ? encoded(0, ids.get(0), "last_hidden_state", null) : skipped(ids.get(0), clipSkip);
        }
        PromptEmbedding first = encoded(0, ids.get(0), state(0, clipSkip), null);
        PromptEmbedding second = encoded(1, ids.get(1), state(1, clipSkip), "text_embeds");
        return new PromptEmbedding(joined(first.states(), second.states()), second.pooled());
    }

    /** As the last states, of a block before the last. */
    private PromptEmbedding skipped(int[] ids, int clipSkip) {
        GraphHeader graph = encoders.get(0).header();
        ClipTextConfig config = folder.texts().get(0);
        String states = "hidden_states." + (config.layers() - clipSkip);
        if (!graph.outputs().containsKey(states)) {
            throw new InvalidInput(
                    FieldName.of("clip-skip"),
                    graph.file() + " gives no " + states + "; a folder that export writes does, or use "
                            + FieldName.of("engine") + " torch");
        }
        return new PromptEmbedding(
                FinalNorm.read(graph, config).of(encoded(0, ids, states, null).states()), null);
    }

    /** The last but one of the states that go into and come out of blocks. */
    private String state(int encoder, int clipSkip) {
        return "hidden_states." + (folder.texts().get(encoder).layers() - 1 - clipSkip);
    }

    private PromptEmbedding encoded(int encoder, int[] ids, String states, @Nullable String pooled) {
        ClipTextConfig config = folder.texts().get(encoder);
        String component = encoder == 0 ? PictureFolder.TEXT : PictureFolder.TEXT_2;
        return new TextRun(encoders.get(encoder), adapters.of(component))
                .of(
                        ids,
                        new TextRun.Wanted(states, config.hidden()),
                        pooled == null ? null : new TextRun.Wanted(pooled, config.projection()));
    }

    /** Both encoders' states side by side, token by token. */
    private float[] joined(float[] first, float[] second) {
        int own = folder.texts().get(0).hidden();
        int other = folder.texts().get(1).hidden();
        int count = first.length / own;
        float[] all = new float[first.length + second.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(first, i * own, all, i * (own + other), own);
            System.arraycopy(second, i * other, all, i * (own + other) + own, other);
        }
        return all;
    }
}
