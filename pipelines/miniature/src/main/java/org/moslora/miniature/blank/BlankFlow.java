package org.moslora.miniature.blank;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditConfigReader;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.problems.InputFile;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;

/**
 * A Stable Diffusion 3 in diffusers' layout for pictures of 64 pixels a side whose transformer is as yet untrained. Its
 * autoencoder is another model's, and added by whoever has one; the family reads two CLIPs and perhaps a T5: here one
 * CLIP twice, and no T5.
 */
public final class BlankFlow {
    /** The file of the transformer's weights, in the folder. */
    public static final String WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";

    private static final int PATCH = 2;
    /** Begin at zero, so that at first every block passes on what it gets, and no noise is told from another. */
    private static final List<String> STILL =
            List.of("norm1.linear.weight", "norm1_context.linear.weight", "norm_out.linear.weight", "proj_out.weight");

    private BlankFlow() {}

    /**
     * Fills a folder but for its autoencoder, the same bytes for the same seed.
     *
     * @param clip a CLIP's folder, whose text encoder is taken
     */
    public static void write(Path folder, Path clip, long seed) throws IOException {
        Configs.write(folder.resolve("model_index.json"), Configs.read("flow_index.json"));
        Path scheduler = Files.createDirectories(folder.resolve("scheduler"));
        Configs.write(scheduler.resolve("scheduler_config.json"), Configs.read("flow_scheduler.json"));
        for (String which : List.of("", "_2")) {
            text(clip, Files.createDirectories(folder.resolve("text_encoder" + which)));
            tokenizer(clip, Files.createDirectories(folder.resolve("tokenizer" + which)));
        }
        transformer(folder, seed);
    }

    private static void text(Path clip, Path own) throws IOException {
        JsonObject whole = JsonParser.parseString(InputFile.text(clip.resolve("config.json")))
                .getAsJsonObject();
        JsonObject config = whole.getAsJsonObject("text_config").deepCopy();
        config.add("architectures", JsonParser.parseString("[\"CLIPTextModelWithProjection\"]"));
        Configs.write(own.resolve("config.json"), config);
        ClipTextConfig shape = ClipTextConfig.read(section("text_encoder", config), true);
        try (WeightSource source = ModelFolder.open(clip, WeightName.MODEL)) {
            List<TensorData> tensors = new ArrayList<>();
            ClipTextNames.expected(shape).keySet().forEach(name -> tensors.add(TensorData.copy(source, name)));
            SafetensorsWriter.write(own.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        }
    }

    private static void tokenizer(Path clip, Path own) throws IOException {
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
            Files.copy(clip.resolve(file), own.resolve(file));
        }
    }

    private static void transformer(Path folder, long seed) throws IOException {
        JsonObject json = Configs.read("transformer.json");
        MmditConfig config = MmditConfigReader.stableDiffusion3(section("transformer", json));
        StartValues start = new StartValues(seed);
        List<TensorData> tensors = new ArrayList<>();
        MmditNames.expected(config)
                .forEach((name, shape) -> tensors.add(TensorData.of(name, shape, values(start, config, name, shape))));
        Path file = folder.resolve(WEIGHTS);
        Configs.write(Files.createDirectories(file.getParent()).resolve("config.json"), json);
        SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }

    private static float[] values(StartValues start, MmditConfig config, String name, List<Long> shape) {
        if (name.equals(MmditNames.POSITIONS)) {
            return PlaceTable.of(config.side(), config.width(), (double) config.sampleSize() / PATCH);
        }
        boolean still = STILL.stream().anyMatch(name::endsWith);
        return still
                ? new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))]
                : start.values(name, shape);
    }

    private static ConfigSection section(String where, JsonObject json) {
        return ConfigSection.parse(where, json.toString(), new Problems());
    }
}
