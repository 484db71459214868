package org.moslora.app.account;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.moslora.FineTuning;
import org.moslora.layers.Precision;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.miniature.blank.BlankLlava;
import org.moslora.visual.VisualRecipe;

/** A training step of a LLaVA of 70 M parameters, two conversations of a picture and some eighty words each. */
record SmallLanguageWork(Path folder, Precision precision) implements MeasuredWork {
    private static final int RANK = 16;
    private static final int ROWS = 8;
    private static final String CONFIG = """
            {"image_seq_length": 196, "tie_word_embeddings": false, "torch_dtype": "float32",
             "text_config": {"hidden_size": 512, "num_hidden_layers": 8, "num_attention_heads": 8,
               "num_key_value_heads": 8, "intermediate_size": 1408, "vocab_size": 32064, "tie_word_embeddings": false},
             "vision_config": {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 6,
               "intermediate_size": 1536, "image_size": 224, "patch_size": 16, "projection_dim": 384}}
            """;
    private static final String PICTURES =
            "{\"crop_size\": {\"height\": 224, \"width\": 224}, \"size\": {\"shortest_edge\": 224}}";

    @Override
    public List<Measured> measured() throws IOException {
        Path model = model();
        StepMeter meter = new StepMeter();
        FineTuning.of(VisualRecipe.builder()
                        .set("model", model)
                        .set("output", folder.resolve("run"))
                        .set("adapter.kind", "moslora")
                        .set("adapter.rank", RANK)
                        .set("adapter.targets", List.of("all-linear"))
                        .set("projector.train", false)
                        .set("data.conversations", conversations())
                        .set("data.images", folder)
                        .set("data.template", "llama3")
                        .set("training.batch_size", 2)
                        .set("training.gradient_accumulation", 1)
                        .set("training.max_steps", StepMeter.STEPS)
                        .set("training.precision", precision.name().toLowerCase(Locale.ROOT))
                        .build())
                .threads(1)
                .run(meter);
        return List.of(meter.measured("a step, LLaVA `small`", RANK));
    }

    private Path model() throws IOException {
        ShapedFolder model = new ShapedFolder(folder.resolve("model"));
        BlankLlava.write(Files.createDirectories(model.folder()), 0);
        model.set("config.json", CONFIG);
        model.set("preprocessor_config.json", PICTURES);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        LlavaNames.expected(LlavaFolder.config(model.folder()))
                .forEach((name, shape) -> shapes.put(BlankLlava.hub(name), shape));
        model.fill("model.safetensors", shapes);
        return model.folder();
    }

    private Path conversations() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            paint(folder.resolve(i + ".png"), 224, i);
            rows.append(String.format(
                    Locale.ROOT,
                    "%s{\"id\": \"%d\", \"image\": \"%d.png\", \"conversations\": [{\"from\": \"human\", \"value\":"
                            + " \"<image>\\n%s?\"}, {\"from\": \"gpt\", \"value\": \"%s.\"}]}",
                    i == 0 ? "[" : ",\n",
                    i,
                    i,
                    "word ".repeat(15).strip(),
                    "red ".repeat(40).strip()));
        }
        return Files.writeString(folder.resolve("data.json"), rows.append(']'));
    }

    /** A square of noise. */
    static void paint(Path file, int side, int seed) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, random.nextInt(1 << 24));
        }
        ImageIO.write(image, "png", file.toFile());
    }
}
