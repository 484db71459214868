package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.app.MosloraCli;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/** What trainings, answers and pictures compute runs on a device that has no numbers, forward and backward. */
final class MetaKernelsTest {
    private static final String LLAVA = """
            pipeline: visual-instruction-tuning
            model: model
            output: run
            adapter: {kind: moslora, rank: 2, targets: all-linear}
            data: {conversations: train.json, images: images, template: vicuna_v1}
            training: {max_steps: 1, batch_size: 2}
            """;
    private static final String DIFFUSION = """
            pipeline: dreambooth
            model: model
            output: run
            adapter: {kind: moslora, rank: 2, targets: [all-linear, .*conv.*]}
            instance: {images: pictures, prompt: a photo of sks circle}
            resolution: 16
            training: {max_steps: 1, batch_size: 2}
            """;

    /** They hand values to Java, or pack weights into files. */
    private static final Set<String> ON_THE_CPU = Set.of("stretch", "nf4_codes", "nf4_nested");

    @TempDir
    private Path folder;

    private MetaKernels meta;

    @BeforeEach
    void watch() {
        Engine.start(1);
        meta = new MetaKernels(ON_THE_CPU);
        Kernels.watched(meta);
    }

    @AfterEach
    void leave() {
        Kernels.watched(null);
    }

    private void run(Object... words) {
        List<String> all = new ArrayList<>();
        for (Object word : words) {
            all.add(word.toString());
        }
        assertThat(MosloraCli.run(all.toArray(String[]::new)))
                .as(String.join(" ", all))
                .isZero();
    }

    @Test
    void aLlavaTrainsAndAnswers() throws IOException {
        TinyLlava tiny = TinyLlava.write(folder, TinyOptions.standard().withPictures(4, 1));
        Path recipe = Files.writeString(folder.resolve("recipe.yaml"), LLAVA);
        run("train", recipe, "--quiet", "vision={adapter: {rank: 2, dropout: 0.1}}", "validation={fraction: 0.25}");
        String biased = "vision={adapter: {kind: lora, rank: 2, bias: lora_only}}";
        run("train", recipe, "--quiet", "output=" + folder.resolve("biased"), biased);
        List<String> adapters = List.of(
                "{kind: full}",
                "{kind: adalora, alpha: 4, targets: all-linear, adalora: {initial_rank: 3, target_rank: 2}}",
                "{kind: moe-lora, rank: 2, targets: all-linear, moe: {experts: 2, top_k: 2}}",
                "{kind: lora, rank: 2, targets: [all-linear, embed_tokens]}",
                "{kind: dora, rank: 2, targets: all-linear}",
                "{kind: butterfly, rank: 2, targets: all-linear}",
                "{kind: flora, rank: 2, targets: all-linear}",
                "{kind: loha, rank: 2, targets: all-linear}",
                "{kind: lokr, rank: 2, targets: all-linear}");
        for (int i = 0; i < adapters.size(); i++) {
            run("train", recipe, "--quiet", "output=" + folder.resolve("run" + i), "adapter=" + adapters.get(i));
        }
        for (String form : List.of("nf4", "int8")) {
            run("train", recipe, "--quiet", "output=" + folder.resolve(form), "training.quantize=" + form);
        }
        run(
                "chat",
                "--model",
                tiny.model(),
                "--adapter",
                folder.resolve("run"),
                "--image",
                tiny.images().resolve("train-0001.png"),
                "--max-new-tokens",
                2,
                "--template",
                "vicuna_v1",
                "Which?");
        assertThat(meta.failed()).isEmpty();
        assertThat(meta.ran())
                .contains("decoder_forward", "decoder_backward", "clip_forward", "clip_backward", "projector_forward")
                .contains("projector_backward", "vision_embed", "embed", "embed_back", "head", "decoder_step")
                .contains("fold", "pull_back", "adamw", "clip", "fold_biases", "decoder_step")
                .hasSizeGreaterThan(40);
    }

    @Test
    void aStableDiffusionTrainsAndPaints() throws IOException {
        TinyDiffusion tiny = TinyDiffusion.large(folder, 4, 4);
        Path recipe = Files.writeString(folder.resolve("recipe.yaml"), DIFFUSION);
        run("train", recipe, "--quiet", "text_encoder={adapter: {rank: 2}}", "ema.decay=0.9");
        String full = "adapter={kind: full}";
        run(
                "train",
                recipe,
                "--quiet",
                "output=" + folder.resolve("full"),
                full,
                "text_encoder={" + full.replace("=", ": ") + "}");
        run(
                "generate",
                "--model",
                tiny.model(),
                "--adapter",
                folder.resolve("run"),
                "--prompt",
                "sks",
                "--steps",
                2,
                "--width",
                16,
                "--height",
                16,
                "--out",
                folder.resolve("out"),
                "--quiet");
        assertThat(meta.failed()).isEmpty();
        assertThat(meta.ran())
                .contains("resnet_forward", "resnet_backward", "transformer_forward", "transformer_backward")
                .contains("upsample_forward", "upsample_backward", "conv_forward", "conv_backward", "clip_backward")
                .contains("text_embed_back", "picture_resnet_forward", "picture_attention_forward")
                .hasSizeGreaterThan(40);
    }

    @Test
    void anArrayThatIsMadeOnAnotherDeviceIsSeen() throws IOException {
        String right = "torch.tensor(places, dtype=torch.int32, device=x.device)";
        String wrong = "torch.tensor(places, dtype=torch.int32)";
        meta = new MetaKernels(ON_THE_CPU, text -> text.replace(right, wrong));
        Kernels.watched(meta);
        TinyLlava.write(folder, TinyOptions.standard().withPictures(2, 1));
        run("train", Files.writeString(folder.resolve("recipe.yaml"), LLAVA), "--quiet");
        assertThat(meta.failed()).containsOnlyKeys("decoder_forward", "decoder_backward");
        assertThat(meta.failed().get("decoder_forward")).contains("starts.device == q.device");
        assertThat(meta.ran()).contains("clip_forward", "head");
    }
}
