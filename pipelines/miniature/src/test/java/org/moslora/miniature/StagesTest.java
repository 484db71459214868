package org.moslora.miniature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.clip.ClipModel;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.generation.image.ImageModel;
import org.moslora.layers.Compute;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaFolder;
import org.moslora.llava.LlavaNames;
import org.moslora.miniature.autoencoder.AutoencoderPretraining;
import org.moslora.miniature.blank.BlankClip;
import org.moslora.miniature.blank.BlankDiffusion;
import org.moslora.miniature.blank.BlankFlow;
import org.moslora.miniature.picture.FlowPretraining;
import org.moslora.miniature.picture.PicturePretraining;
import org.moslora.miniature.vision.VisionPretraining;
import org.moslora.miniature.words.WordPretraining;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;
import org.moslora.training.Pipeline;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** Each stage takes a few steps and leaves a model that opens; a run that is cut goes on to the same bytes. */
class StagesTest {
    private static final String TRAINING = "training: {max_steps: %d, batch_size: 2, seed: 3, checkpoint_every: 1}";
    private static final String MUON =
            "training: {max_steps: %d, batch_size: 2, seed: 3, checkpoint_every: 1, optimizer: muon}";

    @TempDir
    private Path folder;

    private Path train(Pipeline pipeline, String output, int steps, String... lines) throws IOException {
        Path recipe = folder.resolve(output + ".yaml");
        String text = String.join("\n", lines);
        Files.writeString(
                recipe,
                "pipeline: " + pipeline.name() + "\noutput: " + output + "\nexamined: 2\n" + String.format(text, steps)
                        + "\n");
        Path run = folder.resolve(output);
        boolean resumes = Files.exists(run);
        pipeline.train(new RunRequest(resumes ? null : recipe, List.of(), folder, resumes ? run : null, 1, true));
        return run;
    }

    @Test
    void anEyeIsTrainedForClipAndForLlava() throws IOException {
        Path run = train(new VisionPretraining(), "vision", 2, "examine_every: 1", TRAINING);
        try (ClipModel clip = ClipModel.open(run.resolve("model/clip"), Compute.cpu());
                MultimodalFolder<LlavaConfig> llava = LlavaFolder.open(run.resolve("model/llava"))) {
            float[] cat = clip.texts(List.of("a red cat in the snow")).get(0);
            assertThat(cat)
                    .hasSize(96)
                    .isNotEqualTo(clip.texts(List.of("a blue dog on the beach")).get(0));
            Set<String> names = llava.weights().names();
            assertThat(names).contains("model.vision_tower.embeddings.class_embedding");
        }
        assertThat(Files.readAllLines(new RunFolder(run).metrics())).hasSize(2);
    }

    /** The projector and the table learn; the tower and the rest of the language model are as they were. */
    @Test
    void aProjectorLearnsWords() throws IOException {
        Path vision = train(new VisionPretraining(), "seeing", 1, TRAINING);
        Path run = train(
                new WordPretraining(),
                "words",
                2,
                "model: " + vision.resolve("model/llava"),
                "examine_every: 1",
                TRAINING);
        try (MultimodalFolder<LlavaConfig> before = LlavaFolder.open(vision.resolve("model/llava"));
                MultimodalFolder<LlavaConfig> after = LlavaFolder.open(run.resolve("model"))) {
            List<String> changed = before.weights().names().stream()
                    .filter(name ->
                            !before.weights().bytes(name).equals(after.weights().bytes(name)))
                    .toList();
            assertThat(changed)
                    .contains(LlavaNames.TEXT.table() + ".weight", LlavaNames.PROJECTOR + "linear_1.weight")
                    .allMatch(
                            name -> name.startsWith(LlavaNames.PROJECTOR) || name.startsWith(LlavaNames.TEXT.table()));
        }
    }

    /** Another decoder over the same latents. */
    @Test
    void aDecoderLearnsAlone() throws IOException {
        Path first = train(new AutoencoderPretraining(), "both", 1, MUON);
        Path run = train(
                new AutoencoderPretraining(), "decoder", 1, "encoder: false", "model: " + first.resolve("model"), MUON);
        try (StableDiffusion before = StableDiffusion.open(first.resolve("model"));
                StableDiffusion after = StableDiffusion.open(run.resolve("model"))) {
            WeightSource old = before.weights().get(Component.AUTOENCODER);
            WeightSource made = after.weights().get(Component.AUTOENCODER);
            assertThat(made.bytes("encoder.conv_in.weight")).isEqualTo(old.bytes("encoder.conv_in.weight"));
            assertThat(made.bytes("quant_conv.bias")).isEqualTo(old.bytes("quant_conv.bias"));
            assertThat(made.bytes("decoder.conv_in.weight")).isNotEqualTo(old.bytes("decoder.conv_in.weight"));
        }
    }

    @Test
    void anAutoencoderAndThenAPainterAreTrained() throws IOException {
        Path first = train(new AutoencoderPretraining(), "autoencoder", 2, MUON);
        Path run = train(
                new PicturePretraining(),
                "pictures",
                2,
                "model: " + first.resolve("model"),
                "scenes: 4",
                "workers: 2",
                MUON);
        try (StableDiffusion start = StableDiffusion.open(first.resolve("model"));
                StableDiffusion made = StableDiffusion.open(run.resolve("model"))) {
            assertThat(made.parameters()).isEqualTo(start.parameters());
        }
        assertThat(run.resolve("model/vae/diffusion_pytorch_model.safetensors"))
                .hasSameBinaryContentAs(first.resolve("model/vae/diffusion_pytorch_model.safetensors"));
        assertThat(Files.mismatch(
                        run.resolve("model/unet/diffusion_pytorch_model.safetensors"),
                        first.resolve("model/unet/diffusion_pytorch_model.safetensors")))
                .isNotEqualTo(-1);
    }

    /** All of a transformer may learn but its table of positions; the autoencoder and the texts are those of others. */
    @Test
    void aTransformerLearnsByFlowMatching() throws IOException {
        BlankDiffusion.write(Files.createDirectory(folder.resolve("painter")), 1);
        BlankClip.write(Files.createDirectory(folder.resolve("clip")), 2);
        String[] lines = {"model: painter", "clip: clip", "scenes: 4", "workers: 2", "average: 0", MUON};
        Path run = train(new FlowPretraining(), "flow", 3, lines);
        try (ImageModel made = ImageModel.open(run.resolve("model"), null, null, message -> {});
                ImageModelFiles blank = ImageModel.files(run.resolve("blank"))) {
            assertThat(made.files().description()).isEqualTo("Stable Diffusion 3.5");
            assertThat(made.files().parameters()).isEqualTo(blank.parameters());
            assertThat(largestMove(made.files(), blank, MmditNames.POSITIONS)).isLessThan(1e-3);
            assertThat(largestMove(made.files(), blank, "proj_out.weight")).isPositive();
            assertThat(largestMove(made.files(), blank, "transformer_blocks.0.norm1.linear.weight"))
                    .isPositive();
        }
        String vae = "vae/diffusion_pytorch_model.safetensors";
        assertThat(run.resolve("model").resolve(vae))
                .hasSameBinaryContentAs(folder.resolve("painter").resolve(vae));
        String file = "model/" + BlankFlow.WEIGHTS;
        Path whole = Files.copy(run.resolve(file), folder.resolve("whole"));
        Trees.delete(run.resolve("model"));
        Trees.delete(run.resolve("checkpoints/step-000003"));
        train(new FlowPretraining(), "flow", 3, lines);
        assertThat(run.resolve(file)).hasSameBinaryContentAs(whole);
    }

    private static double largestMove(ImageModelFiles made, ImageModelFiles blank, String name) {
        float[] now = HalfFloats.floats(made.weights(Component.TRANSFORMER), name);
        float[] before = HalfFloats.floats(blank.weights(Component.TRANSFORMER), name);
        return IntStream.range(0, now.length)
                .mapToDouble(i -> Math.abs(now[i] - before[i]))
                .max()
                .orElseThrow();
    }

    /** The checkpoint of the first step is all that is left when a run is killed in the second. */
    @Test
    void aRunThatWasCutEndsInTheSameBytes() throws IOException {
        Path whole = train(new AutoencoderPretraining(), "whole", 2, MUON);
        Path cut = train(new AutoencoderPretraining(), "cut", 2, MUON);
        String file = "model/vae/diffusion_pytorch_model.safetensors";
        assertThat(cut.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        Trees.delete(cut.resolve("model"));
        Trees.delete(cut.resolve("checkpoints/step-000002"));
        train(new AutoencoderPretraining(), "cut", 2, MUON);
        assertThat(cut.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
}
