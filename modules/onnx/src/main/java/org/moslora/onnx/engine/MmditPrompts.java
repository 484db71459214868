package org.moslora.onnx.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.generation.image.MmditContext;
import org.moslora.generation.image.MmditTokens;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.PromptEncoder;
import org.moslora.generation.image.TextReading;
import org.moslora.onnx.session.AdapterSet;
import org.moslora.onnx.session.RunningGraph;

/** {@link PromptEncoder} over the graphs of CLIP's text encoders and of T5's. */
final class MmditPrompts implements PromptEncoder {
    private final MmditGraphs folder;
    private final Function<String, RunningGraph> graphs;
    private final MmditTokens tokens;
    private final AdapterSet adapters;

    /** @param graphs loads the graph of a component */
    MmditPrompts(MmditGraphs folder, Function<String, RunningGraph> graphs, MmditTokens tokens, AdapterSet adapters) {
        this.folder = folder;
        this.graphs = graphs;
        this.tokens = tokens;
        this.adapters = adapters;
    }

    @Override
    public boolean zeroForNothing() {
        return false;
    }

    @Override
    public PromptEmbedding of(String text, TextReading reading) {
        List<int[]> ids = tokens.clips(text);
        List<float[]> states = new ArrayList<>();
        List<float[]> pooled = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            PromptEmbedding read = clip(i, ids.get(i), reading.clipSkip());
            states.add(read.states());
            pooled.add(Objects.requireNonNull(read.pooled()));
        }
        float[] context =
                MmditContext.of(folder.transformer(), states, ids.get(0).length, deep(text, reading.length()));
        return new PromptEmbedding(context, joined(pooled));
    }

    /** What FLUX.1 reads of a CLIP is the pooled text alone. */
    private PromptEmbedding clip(int number, int[] ids, int clipSkip) {
        ClipTextConfig config = folder.clips().get(number);
        boolean flux = folder.transformer().flux();
        String states = flux ? "last_hidden_state" : "hidden_states." + (config.layers() - 1 - clipSkip);
        TextRun.Wanted pooled = flux
                ? new TextRun.Wanted("pooler_output", config.hidden())
                : new TextRun.Wanted("text_embeds", config.projection());
        return run(folder.clipParts().get(number)).of(ids, new TextRun.Wanted(states, config.hidden()), pooled);
    }

    private float[] deep(String text, int length) {
        MmditConfig transformer = folder.transformer();
        T5Config t5 = folder.t5();
        if (t5 == null) {
            return new float[length * transformer.textWidth()];
        }
        TextRun.Wanted states = new TextRun.Wanted("last_hidden_state", t5.hidden());
        return run(folder.deepPart()).of(tokens.t5(text, length), states, null).states();
    }

    private TextRun run(String part) {
        return new TextRun(graphs.apply(part), adapters.of(part));
    }

    private static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
