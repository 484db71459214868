package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextKeys;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.WeightName;

/** Reads a Stable Diffusion's folder as diffusers lays it out; problems of all components are told together. */
final class PipelineFolder {
    private static final String XL = "StableDiffusionXL";

    private final ComponentReader reader;
    private final Problems problems;

    private PipelineFolder(ComponentReader reader) {
        this.reader = reader;
        this.problems = reader.problems();
    }

    static Contents read(Path folder) {
        ComponentReader reader = new ComponentReader(PipelineSource.of(folder));
        try {
            return new PipelineFolder(reader).contents();
        } catch (InvalidInput invalid) {
            reader.close();
            throw invalid;
        }
    }

    private Contents contents() {
        ConfigSection index = reader.index(Map.of());
        boolean xl = checkIndex(index);
        UNetConfig unet = reader.read(
                Component.UNET, UNetConfig::read, config -> ComponentReader.Tensors.of(UNetNames.expected(config)));
        AutoencoderConfig autoencoder = reader.autoencoder();
        List<ClipTextConfig> texts = new ArrayList<>();
        for (Component encoder : encoders(xl)) {
            boolean projected = encoder == Component.TEXT_ENCODER_2;
            ClipTextConfig text =
                    reader.read(encoder, section -> ClipTextConfig.read(section, projected), PipelineFolder::tensors);
            if (text != null) {
                texts.add(text);
            }
        }
        problems.throwIfAny();
        if (unet == null || autoencoder == null) {
            throw new IllegalStateException("a component is absent without a problem");
        }
        return new Contents(
                unet,
                autoencoder,
                List.copyOf(texts),
                reader.weights(),
                index.flag("force_zeros_for_empty_prompt", xl));
    }

    /** Whether it is an XL. */
    private boolean checkIndex(ConfigSection index) {
        String pipeline = index.text("_class_name", "StableDiffusionPipeline");
        if (!pipeline.matches("StableDiffusion(XL)?(Img2Img)?Pipeline")) {
            index.problem(
                    "_class_name is \"%s\"; this program works with StableDiffusionPipeline and"
                            + " StableDiffusionXLPipeline, and with %s",
                    pipeline, String.join(", ", GeneratorFamily.flowPipelines()));
            problems.throwIfAny();
        }
        boolean xl = pipeline.startsWith(XL);
        for (Component component : Component.values()) {
            if (component.ofUNets()) {
                checkClass(index, component, xl);
            }
        }
        problems.throwIfAny();
        return xl;
    }

    private static void checkClass(ConfigSection index, Component component, boolean xl) {
        String name = ComponentReader.className(index, component);
        boolean wanted = xl || component != Component.TEXT_ENCODER_2;
        if (wanted && name == null) {
            index.problem(
                    "names no %s%s",
                    component.folder(),
                    xl && component == Component.TEXT_ENCODER
                            ? "; the refiner of Stable Diffusion XL is no base model"
                            : "");
        } else if (wanted && name != null && !component.className().equals(name)) {
            index.problem(
                    "%s is of class %s; this program computes %s", component.folder(), name, component.className());
        } else if (!wanted && name != null) {
            index.problem("names a %s, which only Stable Diffusion XL has", component.folder());
        }
    }

    private static List<Component> encoders(boolean xl) {
        return xl ? List.of(Component.TEXT_ENCODER, Component.TEXT_ENCODER_2) : List.of(Component.TEXT_ENCODER);
    }

    /** What the files of a text encoder must hold. */
    static ComponentReader.Tensors tensors(ClipTextConfig config) {
        return new ComponentReader.Tensors(
                WeightName.MODEL,
                new ClipTextKeys(),
                ClipTextNames.expected(config),
                config.projection() > 0 ? Set.of() : Set.of(ClipTextNames.PROJECTION));
    }
}
