package org.moslora.diffusion.folder;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderKeys;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextKeys;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.Binding;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.quantised.BitsAndBytes;

/** Reads a folder as diffusers lays it out; problems of all components are told together. */
final class PipelineFolder {
    private static final String INDEX = "model_index.json";
    private static final String XL = "StableDiffusionXL";
    private static final WeightName DIFFUSERS = WeightName.of("diffusion_pytorch_model");

    private final Path folder;
    private final Problems problems = new Problems();
    private final Map<Component, WeightSource> weights = new EnumMap<>(Component.class);

    private PipelineFolder(Path folder) {
        this.folder = folder;
    }

    static Contents read(Path folder) {
        PipelineFolder reader = new PipelineFolder(folder);
        try {
            return reader.contents();
        } catch (InvalidInput invalid) {
            reader.weights.values().forEach(WeightSource::close);
            throw invalid;
        }
    }

    private Contents contents() {
        ConfigSection index = ConfigSection.read(folder.resolve(INDEX), problems);
        boolean xl = checkIndex(index);
        UNetConfig unet = component(Component.UNET, UNetConfig::read, this::bindUNet);
        AutoencoderConfig autoencoder =
                component(Component.AUTOENCODER, AutoencoderConfig::read, this::bindAutoencoder);
        List<ClipTextConfig> texts = new ArrayList<>();
        for (Component encoder : encoders(xl)) {
            boolean projected = encoder == Component.TEXT_ENCODER_2;
            ClipTextConfig text = component(
                    encoder, section -> ClipTextConfig.read(section, projected), config -> bindText(encoder, config));
            if (text != null) {
                texts.add(text);
            }
        }
        problems.throwIfAny();
        if (unet == null || autoencoder == null) {
            throw new IllegalStateException("a component is absent without a problem");
        }
        return new Contents(
                unet, autoencoder, List.copyOf(texts), weights, index.flag("force_zeros_for_empty_prompt", xl));
    }

    /** Whether it is an XL. */
    private boolean checkIndex(ConfigSection index) {
        String pipeline = index.text("_class_name", "StableDiffusionPipeline");
        if (!pipeline.matches("StableDiffusion(XL)?(Img2Img)?Pipeline")) {
            index.problem(
                    "_class_name is \"%s\"; this program works with StableDiffusionPipeline and"
                            + " StableDiffusionXLPipeline",
                    pipeline);
            problems.throwIfAny();
        }
        boolean xl = pipeline.startsWith(XL);
        for (Component component : Component.values()) {
            checkClass(index, component, xl);
        }
        problems.throwIfAny();
        return xl;
    }

    private static void checkClass(ConfigSection index, Component component, boolean xl) {
        JsonElement said = index.value(component.folder());
        String name = said != null
                        && said.isJsonArray()
                        && said.getAsJsonArray().size() == 2
                        && said.getAsJsonArray().get(1).isJsonPrimitive()
                ? said.getAsJsonArray().get(1).getAsString()
                : null;
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

    private <C> @Nullable C component(
            Component component, Function<ConfigSection, C> read, Function<C, WeightSource> bind) {
        Path path = folder.resolve(component.folder());
        if (!Files.isDirectory(path)) {
            problems.add(path.toString(), "there is no such folder, but %s names this component", INDEX);
            return null;
        }
        Problems own = new Problems();
        try {
            C config = read.apply(ConfigSection.read(path.resolve("config.json"), own));
            own.throwIfAny();
            weights.put(component, bind.apply(config));
            return config;
        } catch (InvalidInput invalid) {
            problems.addAll(invalid);
            return null;
        }
    }

    private WeightSource bindUNet(UNetConfig config) {
        return bind(Component.UNET, DIFFUSERS, KeyMap.identity(), UNetNames.expected(config), Set.of());
    }

    private WeightSource bindAutoencoder(AutoencoderConfig config) {
        return bind(
                Component.AUTOENCODER, DIFFUSERS, new AutoencoderKeys(), AutoencoderNames.expected(config), Set.of());
    }

    private WeightSource bindText(Component component, ClipTextConfig config) {
        return bind(
                component,
                WeightName.MODEL,
                new ClipTextKeys(),
                ClipTextNames.expected(config),
                config.projection() > 0 ? Set.of() : Set.of(ClipTextNames.PROJECTION));
    }

    private WeightSource bind(
            Component component, WeightName name, KeyMap keys, Map<String, List<Long>> shapes, Set<String> optional) {
        Path path = folder.resolve(component.folder());
        WeightSource files = FlatProjections.of(BitsAndBytes.over(ModelFolder.open(path, name)));
        try {
            return Binding.bind(files, keys, new Expectation(component.folder() + "/config.json", shapes, optional));
        } catch (InvalidInput misfit) {
            files.close();
            throw misfit;
        }
    }
}
