package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.moslora.problems.InvalidInput;

/** One key is set, and everything else stays as it is written. */
final class RecipeEditTest {
    private static final String TEXT = """
            # mine
            pipeline: dreambooth   # a subject
            adapter: {kind: lora, rank: 4}
            training:
              max_steps: 5   # few
              betas: [0.9, 0.999]

            # the end
            data:
            """;

    @Test
    void aValueIsReplacedWhereItStands() {
        RecipeEdit edit = RecipeEdit.set(TEXT, "training.max_steps", "900");
        assertThat(edit.text()).isEqualTo(TEXT.replace("max_steps: 5 ", "max_steps: 900 "));
        assertThat(edit.text().substring(edit.from(), edit.to())).isEqualTo("900");
        assertThat(RecipeEdit.set(TEXT, "adapter.rank", "16").text()).isEqualTo(TEXT.replace("rank: 4", "rank: 16"));
    }

    @Test
    void aKeyThatIsNotThereGoesToTheOthersOfItsBlock() {
        assertThat(RecipeEdit.set(TEXT, "training.seed", "7").text())
                .isEqualTo(TEXT.replace("0.999]\n", "0.999]\n  seed: 7\n"));
        assertThat(RecipeEdit.set(TEXT, "adapter.lokr.factor", "8").text())
                .isEqualTo(TEXT.replace("rank: 4}", "rank: 4, lokr: {factor: 8}}"));
        RecipeEdit block = RecipeEdit.set(TEXT, "validation.samples", "2");
        assertThat(block.text()).isEqualTo(TEXT + "validation:\n  samples: 2\n");
        assertThat(block.text().substring(block.from(), block.to())).isEqualTo("2");
        assertThat(RecipeEdit.set("", "adapter.rank", "4").text()).isEqualTo("adapter:\n  rank: 4\n");
    }

    @Test
    void whatIsWrittenIsListedKeyByKey() {
        RecipeText text = new RecipeText("recipe", TEXT + "instance: [{images: a}, {images: b}]\n", Path.of(""));
        assertThat(Recipes.leaves(text))
                .containsEntry("adapter.rank", "4")
                .containsEntry("training.betas", "[0.9, 0.999]")
                .containsEntry("instance[1].images", "b");
    }

    @Test
    void whatIsNoRecipeIsRefused() {
        assertThatThrownBy(() -> RecipeEdit.set("pipeline: [", "a", "1")).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> RecipeEdit.set("- 1\n", "a", "1")).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> RecipeEdit.set(TEXT, "pipeline.kind", "1"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("no block");
    }

    @Test
    void valuesAreChangedWhereTheyStandWithTheirPathsKnown() {
        String text = "data: {conversations: [a.json, 'b.json'], note: a.json}   # ä𝄞\ninstance:\n- images: photos\n";
        String changed = RecipeEdit.changed(
                text,
                (path, value) -> path.equals("data.conversations") || path.equals("instance.images")
                        ? "'/x/" + value + "'"
                        : null);
        assertThat(changed)
                .isEqualTo("data: {conversations: ['/x/a.json', '/x/b.json'], note: a.json}   # ä𝄞\ninstance:\n"
                        + "- images: '/x/photos'\n");
        assertThat(RecipeEdit.changed("a: &x 1\nb: *x\n", (path, value) -> path.equals("a") ? "2" : null))
                .isEqualTo("a: &x 2\nb: *x\n");
    }
}
