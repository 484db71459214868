package org.moslora.datasets.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.datasets.ConversationChecks;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.TextTokenizer;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightSource;

final class TinyLlavaTest {
    private static final TinyOptions OPTIONS = TinyOptions.standard().withPictures(20, 20);

    @TempDir
    Path folder;

    @Test
    void sameOptionsGiveTheSameBytes() throws IOException {
        TinyLlava one = TinyLlava.write(folder.resolve("one"), OPTIONS);
        TinyLlava two = TinyLlava.write(folder.resolve("two"), OPTIONS);
        TinyLlava other = TinyLlava.write(folder.resolve("other"), OPTIONS.withSeed(1));
        assertThat(files(one.folder()))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(two.folder().resolve(file))
                        .hasSameBinaryContentAs(one.folder().resolve(file)));
        assertThat(Files.mismatch(weights(one), weights(other))).isNotNegative();
        assertThat(Files.mismatch(one.train(), other.train())).isNotNegative();
    }

    @Test
    void nothingIsWrongWithItsData() {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS);
        ConversationRows rows = ConversationFiles.read(List.of(tiny.train(), tiny.test()), null);
        assertThat(rows.total()).isEqualTo(40);
        assertThat(rows.findings()).isEmpty();
        assertThat(ConversationChecks.check(rows.rows(), tiny.images(), true, 1))
                .isEmpty();
    }

    @Test
    void everyColourAndShapeIsAskedFor() {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS.withPictures(60, 1));
        Set<String> answers = new HashSet<>();
        for (ConversationRow row :
                ConversationFiles.read(List.of(tiny.train()), null).rows()) {
            answers.add(row.conversation().turns().get(1).text());
        }
        assertThat(answers)
                .contains("red", "green", "blue", "purple", "black", "circle", "square", "triangle", "cross")
                .anyMatch(answer -> answer.matches("a [a-z]+ [a-z]+"));
    }

    @ParameterizedTest
    @EnumSource(ChatTemplate.class)
    void itsTokenizerKnowsTheTemplateAndTheWords(ChatTemplate template) {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS.withTemplate(template));
        try (TextTokenizer tokenizer = TextTokenizer.open(tiny.model())) {
            assertThat(tokenizer.encode(" triangle")).hasSize(1);
            assertThat(tokenizer.encode(" purple")).hasSize(1);
            int[] ids = tokenizer.encode("Which shape does it have? Ünheard-of");
            assertThat(tokenizer.decode(ids, true)).isEqualTo("Which shape does it have? Ünheard-of");
            assertThat(tokenizer.has("<image>")).isTrue();
            assertThat(template == ChatTemplate.PLAIN
                            || tokenizer.has(template.stop().isEmpty() ? "</s>" : template.stop()))
                    .isTrue();
        }
    }

    @Test
    void itsWeightsAreOfTheHubsLayout() {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS);
        try (WeightSource weights = ModelFolder.open(tiny.model())) {
            assertThat(weights.names())
                    .contains(
                            "language_model.model.embed_tokens.weight",
                            "language_model.lm_head.weight",
                            "multi_modal_projector.linear_2.bias",
                            "vision_tower.vision_model.pre_layrnorm.weight");
            assertThat(weights.info("language_model.model.layers.0.self_attn.k_proj.weight")
                            .shape())
                    .containsExactly(32L, 64L);
        }
    }

    private static Path weights(TinyLlava tiny) {
        return tiny.model().resolve("model.safetensors");
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            found.filter(Files::isRegularFile).map(folder::relativize).forEach(files::add);
        }
        return files;
    }
}
