package org.moslora.miniature.blank;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.datasets.miniature.tokens.CaptionTokens;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.SafetensorsWriter;

/** A Stable Diffusion in diffusers' layout for pictures of 64 pixels a side, as yet untrained. */
public final class BlankDiffusion {
    private static final String DIFFUSERS = "diffusion_pytorch_model.safetensors";

    private final Path folder;
    private final StartValues start;

    private BlankDiffusion(Path folder, long seed) {
        this.folder = folder;
        this.start = new StartValues(seed);
    }

    /** Fills a folder, the same bytes for the same seed. */
    public static void write(Path folder, long seed) throws IOException {
        BlankDiffusion blank = new BlankDiffusion(folder, seed);
        CaptionTokens tokens = new CaptionTokens();
        Configs.write(folder.resolve("model_index.json"), Configs.read("model_index.json"));
        Configs.write(
                Files.createDirectories(folder.resolve("scheduler")).resolve("scheduler_config.json"),
                Configs.read("scheduler.json"));
        tokens.write(Files.createDirectories(folder.resolve("tokenizer")));
        JsonObject unet = Configs.read("unet.json");
        blank.part("unet", DIFFUSERS, unet, UNetNames.expected(UNetConfig.read(section("unet", unet))));
        JsonObject vae = Configs.read("autoencoder.json");
        blank.part("vae", DIFFUSERS, vae, AutoencoderNames.expected(AutoencoderConfig.read(section("vae", vae))));
        JsonObject text = Configs.captions(tokens);
        blank.part(
                "text_encoder",
                "model.safetensors",
                text,
                ClipTextNames.expected(ClipTextConfig.read(section("text_encoder", text), false)));
    }

    private void part(String name, String file, JsonObject config, Map<String, List<Long>> shapes) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Configs.write(own.resolve("config.json"), config);
        SafetensorsWriter.write(own.resolve(file), start.of(shapes), Map.of("format", "pt"));
    }

    private static ConfigSection section(String where, JsonObject json) {
        return ConfigSection.parse(where, json.toString(), new Problems());
    }
}
