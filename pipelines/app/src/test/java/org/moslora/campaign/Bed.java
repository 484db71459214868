package org.moslora.campaign;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyFamily;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/**
 * Tiny models of each family, what they learn from, and what the verbs have made of them.
 *
 * @param folder holds {@code llava}, {@code llama} and {@code sd}, each with a model, a recipe and a run of it
 */
record Bed(Path folder) {
    /** For whoever computes in a process of the campaign's. */
    static final Map<String, String> ENVIRONMENT = Map.of("OMP_NUM_THREADS", "1", "OPENCV_LOG_LEVEL", "OFF");

    private static final long LONGEST = 120_000;
    private static final String WEBP =
            "UklGRowAAABXRUJQVlA4IIAAAADwBQCdASocABwAPsFIn0unv6Kht/qoA/AYCWwAsR9aPD+XycDBK/X/BNw"
                    + "/3WTzfjzqx0RjmPr6wAD+2JA8eSnP6xEAXfL/56Z1ubjYhtEBgXV8PkxE6G/wby7eAavJXG/QqGVV9eF/lJbNt8+QOl2UEtlNUIoPa4M"
                    + "x4oEpxQAAAA==";

    /** Those that every part uses: models and recipes. */
    static Bed plain(Path folder) throws IOException {
        Trees.delete(folder);
        Bed bed = new Bed(folder);
        TinyOptions small = TinyOptions.standard().withSeed(4).withPictures(10, 4);
        TinyLlava.write(bed.path("llava"), small);
        TinyLlama.write(bed.path("llama"), small);
        TinyDiffusion.first(bed.path("sd"), 4, 4);
        Files.writeString(bed.path("llava/recipe.yaml"), Recipes.visual("model", "train.json", "images"));
        Files.writeString(bed.path("llama/recipe.yaml"), Recipes.text("model", "train.json"));
        Files.writeString(bed.path("sd/recipe.yaml"), Recipes.dreamBooth("model", "pictures"));
        return bed;
    }

    /** The same with a trained run of each. */
    static Bed trained(Path folder) throws IOException, InterruptedException {
        Bed bed = plain(folder);
        try (LongLived worker = bed.worker()) {
            for (String family : List.of("llava", "llama", "sd")) {
                bed.make(worker, "train", bed.text(family + "/recipe.yaml"), "training.max_steps=2", "--quiet");
            }
        }
        return bed;
    }

    /** The same with a file of every kind that some verb reads. */
    static Bed complete(Path folder) throws IOException, InterruptedException {
        Bed bed = trained(folder);
        TinyDiffusion.flow(bed.path("flow"), 4, 4);
        TinyOptions few = TinyOptions.standard().withSeed(4).withPictures(4, 2);
        TinyLlava.write(bed.path("qwen"), TinyFamily.QWEN3_VL, few);
        TinyLlava.write(bed.path("windows"), TinyFamily.QWEN25_VL, few);
        TinyLlava.write(bed.path("tiles"), TinyFamily.LLAVA_NEXT, few);
        Files.writeString(bed.path("flow/recipe.yaml"), Recipes.dreamBooth("model", "pictures"));
        String run = bed.text("sd/run");
        String model = bed.text("sd/model");
        Files.writeString(
                bed.path("sd/prompts.txt"),
                "a red circle --n blue --s 1 --d 7 --l 2\n# none\na photo of sks circle --w 16 --h 16\n");
        Files.writeString(
                bed.path("sd/prompts.jsonl"),
                "{\"prompt\": \"a red circle\", \"steps\": 1, \"seed\": 3, \"adapters\": [\"" + run + ":0.5\"]}\n"
                        + "{\"prompt\": \"sks\", \"negative\": \"red\", \"guidance\": 1.0, \"width\": 16, \"height\": 16}\n");
        try (LongLived worker = bed.worker()) {
            bed.make(worker, "train", bed.text("flow/recipe.yaml"), "training.max_steps=2", "--quiet");
            for (String kind : List.of("lokr", "loha", "dora")) {
                bed.make(
                        worker,
                        "train",
                        bed.text("sd/recipe.yaml"),
                        "adapter.kind=" + kind,
                        "output=" + bed.text("sd/" + kind),
                        "training.max_steps=1",
                        "--quiet");
            }
            bed.make(worker, "convert", "--adapter", run, "--to", "kohya", "--out", bed.text("sd/kohya.safetensors"));
            bed.make(
                    worker,
                    "convert",
                    "--adapter",
                    bed.text("sd/lokr"),
                    "--to",
                    "lycoris",
                    "--out",
                    bed.text("sd/lycoris.safetensors"));
            bed.make(worker, "convert", "--adapter", run, "--to", "diffusers", "--out", bed.text("sd/diffusers"));
            bed.make(
                    worker,
                    "convert",
                    "--adapter",
                    bed.text("llava/run"),
                    "--to",
                    "peft",
                    "--out",
                    bed.text("llava/peft"));
            bed.make(
                    worker,
                    "export",
                    "--model",
                    model,
                    "--adapters-as-inputs",
                    "--adapter",
                    run,
                    "--out",
                    bed.text("sd/served"));
            bed.make(worker, "convert", "--adapter", run, "--to", "onnx", "--out", bed.text("sd/graphs"));
            bed.make(worker, "export", "--model", bed.text("llama/model"), "--out", bed.text("llama/served"));
            bed.make(worker, "export", "--model", bed.text("llava/model"), "--out", bed.text("llava/served"));
            bed.make(
                    worker,
                    "generate",
                    "--model",
                    model,
                    "--prompt",
                    "a red circle",
                    "--steps",
                    "1",
                    "--out",
                    bed.text("sd/painted"));
        }
        Shards.split(bed.path("llava/model/model.safetensors"), bed.path("llava/sharded"), bed.path("llava/model"));
        Files.copy(bed.path("llava/model/model.safetensors"), bed.path("llava/single.safetensors"));
        bed.pictures();
        return bed;
    }

    /** A picture in every format, and conversations about each. */
    private void pictures() throws IOException {
        File source = path("llava/images/train-0000.png").toFile();
        BufferedImage read = ImageIO.read(source);
        BufferedImage picture = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_INT_RGB);
        picture.createGraphics().drawImage(read, 0, 0, null);
        Path all = Files.createDirectories(path("llava/formats"));
        StringBuilder rows = new StringBuilder();
        for (String format : List.of("png", "jpg", "gif", "bmp", "tiff", "webp")) {
            Path file = all.resolve("picture." + format);
            if (format.equals("webp")) {
                Files.write(file, Base64.getDecoder().decode(WEBP));
            } else if (!ImageIO.write(picture, format, file.toFile())) {
                throw new IOException("Java writes no " + format);
            }
            String row = "{\"id\": \"" + format + "\", \"image\": \"picture." + format + "\", \"conversations\": ["
                    + "{\"from\": \"human\", \"value\": \"<image>\\nWhat is it?\"}, {\"from\": \"gpt\", \"value\": \"red\"}]}\n";
            Files.writeString(path("llava/" + format + ".jsonl"), row);
            rows.append(row);
        }
        Files.writeString(path("llava/formats.jsonl"), rows);
    }

    private LongLived worker() throws IOException {
        return new LongLived(Files.createDirectories(path("log")), ENVIRONMENT);
    }

    private void make(LongLived worker, String... words) throws IOException, InterruptedException {
        Ended ended = worker.ask(List.of(words), LONGEST);
        if (ended.code() != 0) {
            throw new AssertionError(String.join(" ", words) + " ended with " + ended.described());
        }
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    String text(String name) {
        return path(name).toString();
    }
}
