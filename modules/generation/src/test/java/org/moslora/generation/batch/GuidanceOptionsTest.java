package org.moslora.generation.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.LatentSpace;
import org.moslora.generation.image.PictureLimits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;

class GuidanceOptionsTest {
    private static final Options GUIDED = Options.NONE.with(Option.GUIDANCE, 3.5);

    private final List<String> told = new ArrayList<>();

    private Options settled(FamilyTraits.GuidanceRule rule, Options options) {
        FamilyTraits family =
                new FamilyTraits(3.5, 0.6, rule, 2, FamilyTraits.Sides.any(), new FamilyTraits.TextLength(512, 512));
        PictureTraits traits = new PictureTraits(
                Path.of("toy"),
                family,
                new LatentSpace(4, 8),
                16,
                2,
                SchedulerConfig.stableDiffusion(Prediction.EPSILON),
                PictureLimits.NONE);
        return new GuidanceOptions(traits, told::add, new HashSet<>()).settled(options, true);
    }

    @Test
    void aModelThatIsToldItTakesANegativePromptByTheTrueOne() {
        FamilyTraits.GuidanceRule rule = FamilyTraits.GuidanceRule.embedded(true);
        Options both = GUIDED.with(Option.NEGATIVE, "n").with(Option.TRUE_GUIDANCE, 2.0);
        assertThat(settled(rule, both)).isEqualTo(both);
        assertThat(told).isEmpty();
        assertThat(rule.of(3.5, 2).weight()).isEqualTo(2);
        assertThat(rule.of(3.5, 2).told()).isEqualTo(3.5);
        assertThat(settled(rule, GUIDED.with(Option.NEGATIVE, "n"))).isEqualTo(GUIDED);
        assertThat(told).singleElement().asString().contains("negative prompt has no effect");
        assertThat(settled(rule, GUIDED.with(Option.TRUE_GUIDANCE, 2.0))).isEqualTo(GUIDED);
        assertThat(told).last().asString().contains("true-guidance has no effect");
    }

    /** Pictures name what was asked for; that it has no say is told. */
    @Test
    void aNegativePromptWithoutGuidanceStaysAndIsTold() {
        Options asked = GUIDED.with(Option.NEGATIVE, "n");
        FamilyTraits.GuidanceRule distilled = new FamilyTraits.GuidanceRule(1, 0, true);
        assertThat(settled(distilled, asked)).isEqualTo(asked);
        assertThat(told).hasSize(2).last().asString().contains("negative prompt has no effect", "distilled");
        Options weak = asked.with(Option.GUIDANCE, 1.0);
        assertThat(settled(FamilyTraits.GuidanceRule.USUAL, weak)).isEqualTo(weak);
        assertThat(told).last().asString().contains("with guidance 1.0 there is none");
    }

    @Test
    void aModelWithoutItsEmbeddingSaysSo() {
        assertThat(settled(FamilyTraits.GuidanceRule.embedded(false), GUIDED)).isEqualTo(Options.NONE);
        assertThat(told).singleElement().asString().contains("guidance_embeds");
    }

    @Test
    void anotherFamilyHasNoTrueGuidance() {
        assertThatThrownBy(() -> settled(FamilyTraits.GuidanceRule.USUAL, GUIDED.with(Option.TRUE_GUIDANCE, 2.0)))
                .hasMessageContaining("true-guidance");
    }
}
