package org.moslora.app.account;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.moslora.FineTuning;
import org.moslora.ImageGenerator;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.dreambooth.DreamBoothRecipe;
import org.moslora.layers.OperationTrace;
import org.moslora.layers.Precision;
import org.moslora.layers.TracedOperation;
import org.moslora.miniature.blank.BlankDiffusion;
import org.moslora.pictures.Option;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** A training step and a picture of a Stable Diffusion whose UNet has 35 M parameters, 256 pixels a side. */
record MidPictureWork(Path folder, Precision precision) implements MeasuredWork {
    /** As long as no other side in the model. */
    private static final int RANK = 5;

    private static final int PICTURES = 4;
    private static final int WARM_UP = 1;
    private static final int SIDE = 256;
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
    private static final String UNET = """
            {"block_out_channels": [64, 128, 256, 256], "sample_size": 32, "cross_attention_dim": 256,
             "attention_head_dim": 8, "norm_num_groups": 32, "layers_per_block": 2,
             "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}
            """;
    private static final String AUTOENCODER = """
            {"block_out_channels": [32, 64, 64, 64], "layers_per_block": 2, "sample_size": 256, "norm_num_groups": 32,
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
            """;
    private static final String TEXT = """
            {"hidden_size": 256, "intermediate_size": 1024, "num_hidden_layers": 4, "num_attention_heads": 4}
            """;

    @Override
    public List<Measured> measured() throws IOException {
        Path model = model();
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < PICTURES; i++) {
            SmallLanguageWork.paint(pictures.resolve(i + ".png"), SIDE, i);
        }
        StepMeter meter = new StepMeter();
        FineTuning.of(DreamBoothRecipe.builder()
                        .set("model", model)
                        .set("output", folder.resolve("run"))
                        .set("instance.images", pictures)
                        .set("instance.prompt", "a red circle")
                        .set("resolution", SIDE)
                        .set("adapter.kind", "moslora")
                        .set("adapter.rank", RANK)
                        .set("training.max_steps", StepMeter.STEPS)
                        .set("training.precision", precision.name().toLowerCase(Locale.ROOT))
                        .build())
                .threads(1)
                .run(meter);
        List<Measured> all = new ArrayList<>();
        all.add(meter.measured("a step, UNet `mid`", RANK));
        if (precision == Precision.FP32) {
            all.add(picture(model));
        }
        return all;
    }

    private Measured picture(Path model) throws IOException {
        try (ImageGenerator generator = ImageGenerator.open(model)
                .with(folder.resolve("run"))
                .with(Option.STEPS, 10L)
                .with(Option.GUIDANCE, 7.5)) {
            List<Double> plain = new ArrayList<>();
            for (int i = 0; i < WARM_UP + PICTURES; i++) {
                long before = processCpu();
                generator.paint("a red circle", i);
                if (i >= WARM_UP) {
                    plain.add((processCpu() - before) / 1e9);
                }
            }
            long wall = System.nanoTime();
            OperationTrace.start();
            generator.paint("a red circle", 0);
            double seconds = (System.nanoTime() - wall) / 1e9;
            List<TracedOperation> traced = OperationTrace.stop();
            return new Measured("a picture of ten steps, `mid`", Collections.min(plain), 1, seconds, traced, RANK);
        }
    }

    /** Decoding may be done by another thread than painting. */
    private static long processCpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private Path model() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        BlankDiffusion.write(model, 0);
        ShapedFolder unet = new ShapedFolder(model.resolve("unet"));
        unet.fill(WEIGHTS, UNetNames.expected(UNetConfig.read(section(unet, UNET))));
        ShapedFolder autoencoder = new ShapedFolder(model.resolve("vae"));
        autoencoder.fill(WEIGHTS, AutoencoderNames.expected(AutoencoderConfig.read(section(autoencoder, AUTOENCODER))));
        ShapedFolder text = new ShapedFolder(model.resolve("text_encoder"));
        text.fill("model.safetensors", ClipTextNames.expected(ClipTextConfig.read(section(text, TEXT), false)));
        return model;
    }

    private static ConfigSection section(ShapedFolder part, String entries) throws IOException {
        String config = part.set("config.json", entries).toString();
        return ConfigSection.parse(part.folder().toString(), config, new Problems());
    }
}
