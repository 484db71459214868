package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moslora.adapters.AdapterPlan;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.MmditFiles;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Linears;
import org.moslora.miniature.ShippedWeights;
import org.moslora.miniature.blank.BlankFlow;
import org.moslora.tensors.WeightSource;

/** A Stable Diffusion 3 without T5, whose transformer learns; its text encoders stay as they are. */
final class FlowPainter implements TaughtPainter<PromptEmbedding> {
    /** With one row where a T5's states would be. */
    private static final TextReading SHORT = new TextReading(0, 1);

    private final ImageModel model;
    private final LoadedTexts texts;
    private final Map<String, PromptEmbedding> read = new HashMap<>();

    FlowPainter(ImageModel model) {
        this.model = model;
        this.texts = model.texts(Linears.plain(), Compute.cpu());
    }

    @Override
    public ImageModelFiles files() {
        return model.files();
    }

    @Override
    public PromptEmbedding caption(String text) {
        return read.computeIfAbsent(text, unread -> texts.of(unread, SHORT));
    }

    @Override
    public AdapterPlan plan() {
        return new AdapterPlan().train("transformer", MmditNames.COMPONENT);
    }

    @Override
    public TaughtReplica<PromptEmbedding> replica(Linears seam) {
        PictureTraits traits = model.traits();
        return new FlowReplica(
                model.denoiser(seam, Compute.cpu()),
                (FlowSchedule) traits.schedule(),
                ((MmditFiles) model.files()).transformer().textWidth(),
                traits.family().text().usual());
    }

    /** The table of positions does not learn and comes from where the run began. */
    @Override
    public void write(Arena arena, Path folder, Map<String, NDArray> trained) {
        WeightSource before = model.files().weights(Component.TRANSFORMER);
        try (Arena step = arena.child()) {
            Map<String, NDArray> all = new LinkedHashMap<>(trained);
            FrozenTensors tensors = new FrozenTensors(before, step, Compute.cpu());
            all.put(MmditNames.COMPONENT + MmditNames.POSITIONS, tensors.get(MmditNames.POSITIONS));
            ShippedWeights.write(step, folder.resolve(BlankFlow.WEIGHTS), all, MmditNames.COMPONENT);
        }
    }

    @Override
    public void close() {
        texts.close();
        model.close();
    }
}
