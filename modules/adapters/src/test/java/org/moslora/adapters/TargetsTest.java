package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

class TargetsTest {
    private static final List<String> PATHS = List.of(
            "model.language_model.layers.0.self_attn.q_proj",
            "model.language_model.layers.0.self_attn.k_proj",
            "model.language_model.layers.0.mlp.up_proj",
            "model.language_model.layers.1.self_attn.q_proj",
            "model.language_model.layers.10.self_attn.q_proj",
            "model.language_model.layers.10.mlp.group_proj");

    private final Problems problems = new Problems();

    private Set<String> chosen(List<String> include, List<String> exclude, @Nullable String layers) {
        return new Targets(include, exclude, layers).choose(PATHS, problems);
    }

    @Test
    void anEntryMatchesTheEndOfAPathFromADotOn() {
        assertThat(chosen(List.of("q_proj"), List.of(), null))
                .containsExactly(PATHS.get(0), PATHS.get(3), PATHS.get(4));
        assertThat(chosen(List.of("up_proj"), List.of(), null)).containsExactly(PATHS.get(2));
        assertThat(chosen(List.of("self_attn.k_proj"), List.of(), null)).containsExactly(PATHS.get(1));
    }

    @Test
    void anEntryMatchesAWholePath() {
        assertThat(chosen(List.of(PATHS.get(3)), List.of(), null)).containsExactly(PATHS.get(3));
    }

    @Test
    void anyOtherEntryIsARegularExpressionOverTheWholePath() {
        assertThat(chosen(List.of(".*layers\\.\\d\\.self_attn\\..*"), List.of(), null))
                .containsExactly(PATHS.get(0), PATHS.get(1), PATHS.get(3));
        assertThat(problems.isEmpty()).isTrue();
        chosen(List.of("layers.*"), List.of(), null);
        assertThat(problems.found()).hasSize(1);
    }

    @Test
    void allLinearIsAll() {
        assertThat(chosen(List.of("all-linear"), List.of(), null)).containsExactlyElementsOf(PATHS);
    }

    @Test
    void exclusionsAreTakenAwayAgain() {
        assertThat(chosen(List.of("all-linear"), List.of("q_proj", ".*mlp.*"), null))
                .containsExactly(PATHS.get(1));
    }

    @Test
    void layersNarrowTheChoice() {
        assertThat(chosen(List.of("q_proj"), List.of(), "1")).containsExactly(PATHS.get(3));
        assertThat(chosen(List.of("q_proj"), List.of(), "0-1")).containsExactly(PATHS.get(0), PATHS.get(3));
        assertThat(chosen(List.of("q_proj"), List.of(), "0, 9-10")).containsExactly(PATHS.get(0), PATHS.get(4));
    }

    @Test
    void everyEntryThatMatchesNothingIsNamedWithTheNearestName() {
        chosen(List.of("q_prjo", "k_proj", "embed"), List.of("down_proj"), null);
        assertThat(problems.found()).hasSize(3);
        assertThat(problems.found().get(0).toString())
                .isEqualTo("targets: \"q_prjo\" matches no linear layer (did you mean q_proj?)");
        assertThat(problems.found().get(1).toString()).contains("\"embed\"", "known: ", "up_proj");
        assertThat(problems.found().get(2).where()).isEqualTo("exclude");
    }

    @Test
    void takingAwayEverythingIsAProblem() {
        assertThat(chosen(List.of("k_proj"), List.of("k_proj"), null)).isEmpty();
        assertThat(problems.found()).hasSize(1);
        assertThat(problems.found().get(0).what()).contains("choose no layer");
    }

    @Test
    void layersThatDoNotExistLeaveNothing() {
        chosen(List.of("q_proj"), List.of(), "40-50");
        assertThat(problems.found()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1-", "-1", "3-1", "1,,2", "99999999999", "1 2"})
    void oddLayersAreAProblem(String layers) {
        chosen(List.of("q_proj"), List.of(), layers);
        assertThat(problems.found())
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.where()).isEqualTo("layers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "(", "*", "a{2,1}"})
    void oddExpressionsAreAProblem(String entry) {
        chosen(List.of(entry), List.of(), null);
        assertThat(problems.found()).hasSize(1);
        assertThat(problems.found().get(0).what()).contains("\"" + entry + "\"");
    }

    private static List<Site> sites(List<String> paths) {
        return paths.stream().map(path -> new Site(path, 1, 1, false)).toList();
    }

    @Test
    void aPlanChecksPathsAloneAndNamesTheComponent() {
        AdapterSpec spec = new AdapterSpec(AdapterKind.LORA, 2, 4, 0, MixerInit.KAIMING, FactorInit.KAIMING);
        AdapterPlan plan = new AdapterPlan()
                .adapt("vision.adapter", "model.vision_tower.", new Targets(List.of("fc1"), List.of(), null), spec);
        assertThatThrownBy(() -> plan.check(sites(PATHS)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("vision.adapter.targets: \"fc1\"");
        assertThatCode(() -> plan.check(sites(List.of("model.vision_tower.encoder.layers.0.mlp.fc1"))))
                .doesNotThrowAnyException();
    }
}
