package org.moslora.onnx.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.generation.PromptCost;
import org.moslora.generation.PromptLimits;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LlamaFolder;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.onnx.export.TextExport;
import org.moslora.onnx.language.DecoderGraph;
import org.moslora.onnx.language.PatchGraph;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.qwen.QwenConfig;

/**
 * A folder of graphs that converse, every header and config checked: a vision-language model's three, a language model's one as this
 * program lays it out, or one as Optimum does, at the top.
 *
 * @param path the folder
 * @param text the language model's config
 * @param seeing the whole's; null for a language model alone
 * @param graphs by component
 */
public record OnnxLanguageModelFolder(
        Path path, LanguageModelConfig text, @Nullable MultimodalConfig seeing, Map<String, GraphHeader> graphs) {
    static final String VISION = "vision_encoder";
    static final String EMBEDDING = "embed_tokens";
    static final String DECODER = "decoder_model_merged";
    static final String ALONE = "model";

    /** @throws InvalidInput with everything that is missing, damaged or not computed here */
    public static OnnxLanguageModelFolder open(Path path) {
        if (!Files.isRegularFile(path.resolve("config.json"))) {
            throw new InvalidInput(path.toString(), "holds no config.json; is it an exported model?");
        }
        if (TextExport.isOne(path)) {
            LanguageModelConfig text = LlamaFolder.config(path);
            Path own = path.resolve("onnx").resolve("model.onnx");
            Path top = path.resolve("model.onnx");
            GraphHeader decoder = decoder(Files.exists(top) && !Files.exists(own) ? top : own, text, "input_ids");
            return new OnnxLanguageModelFolder(path, text, null, Map.of(ALONE, decoder));
        }
        MultimodalConfig seeing = VisionFamilies.config(path);
        Path own = path.resolve("onnx");
        Problems problems = new Problems();
        Map<String, GraphHeader> graphs = new LinkedHashMap<>();
        List<String> shown = new ArrayList<>(List.of("pixel_values"));
        List<String> features = new ArrayList<>(List.of("image_features"));
        if (seeing instanceof QwenConfig qwen) {
            shown.add(PatchGraph.grid(qwen));
        } else if (seeing instanceof TiledConfig) {
            features.add("newline_embeds");
        }
        problems.collect(() -> graphs.put(VISION, header(own, VISION, shown, features)));
        problems.collect(
                () -> graphs.put(EMBEDDING, header(own, EMBEDDING, List.of("input_ids"), List.of("inputs_embeds"))));
        problems.collect(
                () -> graphs.put(DECODER, decoder(own.resolve(DECODER + ".onnx"), seeing.text(), "inputs_embeds")));
        problems.throwIfAny();
        return new OnnxLanguageModelFolder(path, seeing.text(), seeing, graphs);
    }

    private static GraphHeader header(Path folder, String name, List<String> inputs, List<String> outputs) {
        GraphHeader header = GraphHeader.read(folder.resolve(name + ".onnx"));
        header.check(inputs, List.of(), outputs);
        return header;
    }

    private static GraphHeader decoder(Path file, LanguageModelConfig text, String input) {
        GraphHeader header = GraphHeader.read(file);
        List<String> needed = new ArrayList<>(List.of(input, "attention_mask"));
        List<String> wanted = new ArrayList<>(List.of("logits"));
        for (String cached : cached(text)) {
            needed.add("past_key_values." + cached);
            wanted.add("present." + cached);
        }
        header.check(needed, List.of("position_ids"), wanted);
        header.mustBe("inputs_embeds", 2, "hidden_size", DecoderGraph.given(text));
        header.mustBe("past_key_values.0.key", 1, "num_key_value_heads", text.keyValueHeads());
        header.mustBe("past_key_values.0.key", 3, "head_dim", text.headWidth());
        header.mustGive("logits", 2, "vocab_size", text.vocabulary());
        return header;
    }

    /** Names of what a cache holds, without what it is called on its way in or out. */
    static List<String> cached(LanguageModelConfig text) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < text.layers(); i++) {
            names.add(i + ".key");
            names.add(i + ".value");
        }
        return names;
    }

    /** What can be asked of it; on a GPU it is not the machine's memory that counts. */
    public PromptLimits limits(RunSettings settings) {
        return new PromptLimits(text, settings.gpu() < 0 ? Pieces.USUAL.cost(text) : PromptCost.UNKNOWN);
    }

    /** The graph of a component. */
    GraphHeader graph(String name) {
        GraphHeader header = graphs.get(name);
        if (header == null) {
            throw new IllegalStateException(path + " has no " + name);
        }
        return header;
    }
}
