package org.moslora.miniature.blank;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.tensors.Digests;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;

/** Models that know nothing: the tensors that their authors' programs want, the same bytes for the same seed anywhere. */
class BlankModelsTest {
    @TempDir
    private Path folder;

    private interface Writer {
        void write(Path folder, long seed) throws IOException;
    }

    private static Writer writer(String name) {
        return switch (name) {
            case "llava" -> BlankLlava::write;
            case "clip" -> BlankClip::write;
            case "flow" ->
                (to, seed) -> {
                    Path clip = Files.createTempDirectory(to.getParent(), "clip");
                    BlankClip.write(clip, 5);
                    BlankFlow.write(to, clip, seed);
                };
            default -> BlankDiffusion::write;
        };
    }

    private Path made(String name, String to, long seed) throws IOException {
        Path made = Files.createDirectory(folder.resolve(to));
        writer(name).write(made, seed);
        return made;
    }

    /** Names and shapes, a line for each in the order of names, as the Python beside each case prints them. */
    private static String shapes(WeightSource weights) {
        return new TreeSet<>(weights.names())
                .stream()
                        .map(name -> name + " " + weights.info(name).shape() + "\n")
                        .collect(Collectors.joining());
    }

    /**
     * SHA-256 of {@code "NAME [SHAPE]\n"} over {@code sorted(model.state_dict())} of {@code AutoencoderKL}, {@code
     * UNet2DConditionModel} and {@code SD3Transformer2DModel} of diffusers 0.42.1 and {@code CLIPTextModel}, {@code
     * CLIPTextModelWithProjection} and {@code CLIPModel} of transformers 5.24, each made of the config that lies there; the names of {@code CLIPTextModel} as its files
     * have them, below {@code text_model.}.
     */
    @ParameterizedTest
    @CsvSource({
        "diffusion, vae/diffusion_pytorch_model.safetensors, a73f9853b35c2c42bcc30ac7bd2aea40377d712553db2e92db03fde95dc23693",
        "diffusion, unet/diffusion_pytorch_model.safetensors, cc80b1fd2a41baba711eca449f96e21199603158110b7272d615da14c0f18b7a",
        "diffusion, text_encoder/model.safetensors, 59fa642db90346eed97d83f8073ccf5b61ffcb342ec7032f23961623f345aadd",
        "flow, transformer/diffusion_pytorch_model.safetensors, 0ffc9de2da0238b489f3fb9962010b880cac8818bfacf2176bfc764a14c6ad56",
        "flow, text_encoder_2/model.safetensors, d2f4300e122fc0b924c05050e7f0916f08a2c1d27f3e6085aa12f93c15fa31d2",
        "clip, model.safetensors, 1c43e0c60475bde6631028a98d374fc4f8f58e398e76729e0b72f902d434c074"
    })
    void theTensorsAreThoseThatTheirAuthorsWant(String model, String file, String wanted) throws IOException {
        Path made = made(model, "made", 1);
        try (WeightSource weights = SafetensorsFile.open(made.resolve(file))) {
            Path text = Files.writeString(folder.resolve("shapes"), shapes(weights), StandardCharsets.UTF_8);
            assertThat(Digests.sha256(text)).isEqualTo(wanted);
        }
    }

    @ParameterizedTest
    @CsvSource({"llava", "clip", "diffusion", "flow"})
    void theSameSeedMakesTheSameBytesWhereverItIs(String model) throws IOException {
        SortedMap<String, String> here = Trees.digests(made(model, "here", 3));
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            assertThat(Trees.digests(made(model, "elsewhere", 3))).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @ParameterizedTest
    @CsvSource({"llava, 1", "clip, 1", "diffusion, 3", "flow, 1"})
    void anotherSeedChangesWeightsAndNothingElse(String model, int files) throws IOException {
        SortedMap<String, String> one = Trees.digests(made(model, "one", 3));
        SortedMap<String, String> other = Trees.digests(made(model, "other", 4));
        assertThat(other.keySet()).isEqualTo(one.keySet());
        List<String> changed = one.keySet().stream()
                .filter(name -> !one.get(name).equals(other.get(name)))
                .toList();
        assertThat(changed).hasSize(files).allMatch(name -> name.endsWith(".safetensors"));
    }

    @Test
    void aFlowModelReadsWithTheClipThatItWasGiven() throws IOException {
        Path flow = made("flow", "flow", 9);
        Path clip = made("clip", "clip", 5);
        try (WeightSource own = SafetensorsFile.open(flow.resolve("text_encoder_2/model.safetensors"));
                WeightSource given = SafetensorsFile.open(clip.resolve("model.safetensors"))) {
            assertThat(own.names()).contains("text_projection.weight").isSubsetOf(given.names());
            assertThat(own.names())
                    .allSatisfy(name -> assertThat(own.bytes(name)).isEqualTo(given.bytes(name)));
        }
        assertThat(flow.resolve("tokenizer_2/vocab.json")).hasSameBinaryContentAs(clip.resolve("vocab.json"));
        assertThat(flow.resolve("vae")).doesNotExist();
    }
}
