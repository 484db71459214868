package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.moslora.diffusion.Changed;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.t5.T5Config;
import org.moslora.diffusion.t5.T5Names;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.TensorData;

/** Small folders of Stable Diffusion 3 and FLUX.1, of components with the widths of the goldens beside the tests. */
final class TinyMmditFolder {
    static final String STABLE_DIFFUSION_3 = """
            {"_class_name": "StableDiffusion3Pipeline", "transformer": ["diffusers", "SD3Transformer2DModel"],
             "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
             "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
             "text_encoder_3": ["transformers", "T5EncoderModel"]}
            """;
    static final String FLUX_1 = """
            {"_class_name": "FluxPipeline", "transformer": ["diffusers", "FluxTransformer2DModel"],
             "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"],
             "text_encoder_2": ["transformers", "T5EncoderModel"]}
            """;

    private final Path folder;

    private TinyMmditFolder(Path folder) {
        this.folder = folder;
    }

    /** Two CLIPs of width 12 that pool to 7 each, and a T5 of width 24. */
    static Path stableDiffusion3(Path folder, boolean t5) {
        TinyMmditFolder made = new TinyMmditFolder(folder);
        made.transformer("mmdit-sd3", "'joint_attention_dim': 24, 'pooled_projection_dim': 14");
        made.clip(Component.TEXT_ENCODER, "", true);
        made.clip(Component.TEXT_ENCODER_2, "", true);
        if (t5) {
            made.t5(Component.TEXT_ENCODER_3, "'d_model': 24");
        }
        made.autoencoder("");
        TinyModel.text(
                folder.resolve("model_index.json"),
                t5
                        ? STABLE_DIFFUSION_3
                        : STABLE_DIFFUSION_3.replace("[\"transformers\", \"T5EncoderModel\"]", "[null, null]"));
        return folder;
    }

    /** A CLIP and a T5 of width 12. */
    static Path flux1(Path folder) {
        TinyMmditFolder made = new TinyMmditFolder(folder);
        made.transformer("mmdit-flux", "'joint_attention_dim': 12, 'pooled_projection_dim': 12");
        made.clip(Component.TEXT_ENCODER, "", false);
        made.t5(Component.TEXT_ENCODER_2, "");
        made.autoencoder("");
        TinyModel.text(folder.resolve("model_index.json"), FLUX_1);
        return folder;
    }

    /** Writes a component anew with other values for some keys of its config. */
    static void change(Path folder, Component component, String changes) {
        TinyMmditFolder made = new TinyMmditFolder(folder);
        switch (component) {
            case TRANSFORMER -> made.transformer("mmdit-sd3", changes);
            case TEXT_ENCODER_3 -> made.t5(component, changes);
            case AUTOENCODER -> made.autoencoder(changes);
            default -> made.clip(component, changes, true);
        }
    }

    private void transformer(String name, String changes) {
        write(
                Component.TRANSFORMER,
                name,
                changes,
                section -> MmditNames.expected(
                        name.endsWith("flux")
                                ? MmditConfigReader.flux(section)
                                : MmditConfigReader.stableDiffusion3(section)));
    }

    private void clip(Component component, String changes, boolean projected) {
        write(component, "text-2", changes, section -> ClipTextNames.expected(ClipTextConfig.read(section, projected)));
    }

    private void t5(Component component, String changes) {
        write(component, "t5", changes, section -> T5Names.expected(T5Config.read(section)));
    }

    private void autoencoder(String changes) {
        write(
                Component.AUTOENCODER,
                "autoencoder",
                changes,
                section -> AutoencoderNames.expected(AutoencoderConfig.read(section)));
    }

    private void write(
            Component component,
            String name,
            String changes,
            Function<ConfigSection, SortedMap<String, List<Long>>> expected) {
        Map<String, List<Long>> shapes = new TreeMap<>(Changed.read(name, changes, expected));
        List<TensorData> tensors = new ArrayList<>();
        shapes.forEach((tensor, shape) -> tensors.add(TensorData.of(tensor, shape, Formula.weight(tensor, shape))));
        Path own = folder.resolve(component.folder());
        String file = component.isText() ? "model.safetensors" : "diffusion_pytorch_model.safetensors";
        TinyModel.tensors(own.resolve(file), tensors);
        TinyModel.text(own.resolve("config.json"), Changed.json(name, changes));
    }
}
