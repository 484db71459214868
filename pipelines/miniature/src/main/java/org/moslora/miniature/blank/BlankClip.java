package org.moslora.miniature.blank;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.clip.ClipConfig;
import org.moslora.clip.ClipNames;
import org.moslora.datasets.miniature.tokens.CaptionTokens;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** A CLIP in transformers' layout for pictures of 72 pixels a side, as yet untrained. */
public final class BlankClip {
    /** CLIP's own first temperature: 1/0.07. */
    private static final float SHARP = 2.6592f;

    private BlankClip() {}

    /** Fills a folder, the same bytes for the same seed. */
    public static void write(Path folder, long seed) throws IOException {
        CaptionTokens tokens = new CaptionTokens();
        tokens.write(folder);
        JsonObject config = Configs.read("clip.json");
        config.add("text_config", Configs.captions(tokens));
        config.add("vision_config", Configs.read("llava.json").get("vision_config"));
        Configs.write(folder.resolve("config.json"), config);
        Configs.write(folder.resolve("preprocessor_config.json"), Configs.read("pictures.json"));
        List<TensorData> tensors = new StartValues(seed).of(ClipNames.expected(ClipConfig.read(folder)));
        tensors.add(TensorData.of(ClipNames.TEMPERATURE, List.of(), new float[] {SHARP}));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
}
