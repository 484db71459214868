package org.moslora.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;
import org.moslora.tensors.DType;
import org.moslora.tuning.Processor;

/**
 * Tiny models as a service has them.
 *
 * @param pictures an exported Stable Diffusion that takes adapters
 * @param talk an exported LLaVA
 * @param adapters a folder with one adapter, {@code red}
 */
record TinyModels(Path pictures, Path talk, Path adapters) {
    private static final String LAYER = "conv_in";

    static TinyModels write(Path folder) throws IOException {
        TinyModels models =
                new TinyModels(folder.resolve("pictures"), folder.resolve("talk"), folder.resolve("adapters"));
        Path sd = TinyDiffusion.first(folder.resolve("sd"), 1, 0).model();
        Path llava = TinyLlava.write(
                        folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        PictureExport.write(request(sd, models.pictures, List.of(LAYER)));
        LlavaExport.write(request(llava, models.talk, List.of()));
        float[] down = new float[4 * 9];
        Arrays.fill(down, 0.3f);
        float[] up = new float[(int) width(sd)];
        Arrays.fill(up, 0.7f);
        List<GraphFactor> pair = List.of(
                new GraphFactor(LAYER + ".lora_A.weight", List.of(1L, 4L, 3L, 3L), down),
                new GraphFactor(LAYER + ".lora_B.weight", List.of((long) up.length, 1L, 1L, 1L), up));
        Path red = Files.createDirectories(models.adapters.resolve("red"));
        GraphAdapters.write(red, new TreeMap<>(Map.of("unet", pair)), DType.F32);
        return models;
    }

    /** A service over both, on ONNX Runtime, at any free port. */
    ModelService start(String key, Duration patience) {
        Processor.Choice choice = Processor.Choice.of(ChatTemplate.VICUNA_V1, null, null, Path.of(""));
        return ModelService.start(
                new ServedModels(
                        List.of(pictures, talk),
                        adapters,
                        new ServedEngine.Onnx(RunSettings.of("cpu", 1)),
                        choice,
                        remark -> {}),
                new Listening(Listening.LOOPBACK, 0, key.isEmpty() ? null : key, 8, patience));
    }

    private static long width(Path sd) {
        try (StableDiffusion files = StableDiffusion.open(sd)) {
            return files.unet().levels().get(0).channels();
        }
    }

    private static ExportRequest request(Path model, Path out, List<String> targets) {
        return new ExportRequest(model, out, List.of(), !targets.isEmpty(), targets, false, Element.FLOAT, told -> {});
    }
}
