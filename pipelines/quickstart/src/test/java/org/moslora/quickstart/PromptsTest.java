package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.miniature.language.WorldVocabulary;
import org.moslora.problems.InvalidInput;

/** What is asked of models, what recipes are made of, and where the models lie. */
class PromptsTest {
    @TempDir
    private Path folder;

    /** The five that were shown are in the meadow, the forest, the city, the desert and the sea, and wear nothing. */
    @Test
    void mostPlacesAreNewToTheCreatureAndOneIsNot() {
        List<String> shown = List.of("in the meadow", "in the forest", "in the city", "in the desert", "on the sea");
        assertThat(Prompts.subject())
                .allMatch(prompt -> prompt.startsWith("a sks animal"))
                .doesNotHaveDuplicates();
        assertThat(Prompts.subject().stream()
                        .filter(prompt -> !prompt.contains("hat"))
                        .filter(prompt -> shown.stream().anyMatch(prompt::endsWith)))
                .hasSize(1);
    }

    @Test
    void plainWordsSayTheSameOfAnyAnimal() {
        for (int i = 0; i < Prompts.subject().size(); i++) {
            assertThat(Prompts.plain().get(i))
                    .isEqualTo(Prompts.subject().get(i).replace("a sks animal", "an animal"));
            assertThat(Prompts.subject().get(i))
                    .endsWith(Prompts.places().get(i).phrase());
        }
        assertThat(Prompts.plain()).hasSameSizeAs(Prompts.subject());
    }

    @Test
    void whatOthersMightBeTakenForHoldsThemAndNothingTwice() {
        assertThat(Prompts.lookalikes())
                .containsAll(Prompts.others())
                .doesNotHaveDuplicates()
                .hasSize(12 * 4);
        assertThat(Prompts.others()).contains("an orange cat on the beach", "a white dog on the beach");
    }

    /** What the base has never read, it cannot paint. */
    @Test
    void everyWordOfAPromptIsInTheWorldsCaptions() {
        List<String> words = WorldVocabulary.ofCaptions();
        assertThat(Prompts.all()).hasSize(10).doesNotHaveDuplicates();
        assertThat(Prompts.all().stream().flatMap(prompt -> Pattern.compile(" ").splitAsStream(prompt)))
                .isSubsetOf(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"visual", "subject", "subject-flow"})
    void aRecipeSaysWhatIsMissing(String story) {
        assertThatThrownBy(() -> Recipe.of(story, Map.of("command", "x", "steps", "3")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("${model}")
                .hasMessageContaining(story);
    }

    @Test
    void whatGoesIntoARecipeStaysAsItIs() {
        String model = Recipe.quoted("C:\\models\\it's $1 ${seed}");
        String recipe =
                Recipe.of("visual", Map.of("command", "./moslora train x", "model", model, "steps", "7", "seed", "3"));
        assertThat(recipe)
                .startsWith("# ./moslora train x\n")
                .contains("\nmodel: 'C:\\models\\it''s $1 ${seed}'\n")
                .contains("max_steps: 7", "seed: 3");
    }

    @Test
    void modelsThatAreNotThereAreAllNamed() throws Exception {
        assertThatThrownBy(() -> Bases.in(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("llava")
                .hasMessageContaining("stable-diffusion");
        Files.createFile(Files.createDirectory(folder.resolve("llava")).resolve("config.json"));
        assertThatThrownBy(() -> Bases.in(folder))
                .hasMessageContaining("model_index.json")
                .message()
                .doesNotContain("llava holds");
        Files.createFile(
                Files.createDirectory(folder.resolve("stable-diffusion")).resolve("model_index.json"));
        assertThat(Bases.in(folder).clip()).isNull();
        Path clip = Files.createDirectory(folder.resolve("clip"));
        assertThat(Bases.in(folder).clip()).isEqualTo(clip);
    }
}
