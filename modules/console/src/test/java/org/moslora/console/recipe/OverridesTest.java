package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverridesTest {
    @TempDir
    Path folder;

    Kitchen kitchen;

    @BeforeEach
    void open() {
        kitchen = Kitchen.in(folder);
    }

    @Test
    void argumentsWinOverTheRecipe() {
        Tuning recipe = kitchen.read(
                        Kitchen.VALID,
                        "adapter.targets=[q_proj,v_proj]",
                        "adapter.rank=8",
                        "adapter.rank=4",
                        "projector.train=false",
                        "training.learning_rate=3e-5",
                        "validation.prompts=why = how",
                        "training.max_steps=",
                        "adapter.rank_pattern={}")
                .recipe();
        assertThat(recipe.adapter().targets()).containsExactly("q_proj", "v_proj");
        assertThat(recipe.adapter().rank()).isEqualTo(4);
        assertThat(recipe.adapter().rankPattern()).isEmpty();
        assertThat(recipe.projector().train()).isFalse();
        assertThat(recipe.training().learningRate()).isEqualTo(3e-5);
        assertThat(recipe.training().maxSteps()).isNull();
        assertThat(recipe.validation().prompts()).containsExactly("why = how");
    }

    @Test
    void blocksInBetweenAreMade() {
        Tuning recipe = kitchen.read(Kitchen.VALID.replaceAll("vision:.*", "vision:"), "vision.adapter.rank=2")
                .recipe();
        assertThat(recipe.vision().adapter().rank()).isEqualTo(2);
    }

    @Test
    void pathsAreByTheFolderTheyWereTypedIn() {
        Tuning recipe = kitchen.read(Kitchen.VALID, "output=runs/two").recipe();
        assertThat(recipe.output()).isEqualTo(folder.resolve("working/runs/two"));
        assertThat(kitchen.read(Kitchen.VALID).recipe().output()).isEqualTo(folder.resolve("runs/one"));
        assertThat(kitchen.read(Kitchen.VALID, "output=~/x").recipe().output())
                .isEqualTo(folder.resolve("working/~/x"));
    }

    @Test
    void everySettingKnowsWhereItComesFrom() {
        Bound<Tuning> bound =
                kitchen.read(Kitchen.VALID.replace("  alpha: 32\n", "").replace("  rank: 16\n", ""), "adapter.rank=8");
        assertThat(bound.origin("adapter.kind").where()).endsWith("recipe.yaml:6");
        assertThat(bound.origin("adapter.rank").source()).isEqualTo(ValueSource.Source.COMMAND_LINE);
        assertThat(bound.origin("adapter.alpha")).isEqualTo(ValueSource.DERIVED);
        assertThat(bound.origin("training.batch_size").source()).isEqualTo(ValueSource.Source.DEFAULT);
        assertThat(bound.origin("vision.adapter.rank").where()).endsWith("recipe.yaml:13");
        assertThat(bound.settings().stream().map(Setting::toString))
                .contains(
                        "adapter.rank=8 (command line)",
                        "adapter.alpha=16.0 (derived)",
                        "device=cpu (" + folder.resolve("recipe.yaml") + ":4)",
                        "training.betas=[0.9, 0.999] (" + folder.resolve("recipe.yaml") + ":20)");
    }

    @Test
    void wrongArgumentsAreToldTogether() {
        assertThat(kitchen.problems(
                        Tuning.class,
                        Kitchen.VALID,
                        "adapter.rnak=8",
                        "adapter.rank",
                        "=3",
                        "adapter..rank=3",
                        "adapter.targets=[a",
                        "training.batch_size=two",
                        "adapter.targets.7=x",
                        "modle=x"))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("command line: adapter.rank is not of the form key=value"),
                        line -> assertThat(line).isEqualTo("command line: =3 is not of the form key=value"),
                        line -> assertThat(line)
                                .isEqualTo("command line: adapter..rank=3 is not of the form key=value"),
                        line -> assertThat(line).startsWith("command line: adapter.targets is not YAML: "),
                        line -> assertThat(line)
                                .isEqualTo("command line: adapter.targets.7 goes into a list of 3,"
                                        + " where 7 is not a place from 0 on"),
                        line -> assertThat(line)
                                .isEqualTo("command line: modle is not a setting (did you mean model?)"),
                        line -> assertThat(line)
                                .isEqualTo("command line: adapter.rnak is not a setting (did you mean rank?)"),
                        line -> assertThat(line)
                                .isEqualTo("command line: training.batch_size must be a whole number, got \"two\""));
    }
}
