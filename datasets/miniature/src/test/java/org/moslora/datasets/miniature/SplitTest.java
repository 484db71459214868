package org.moslora.datasets.miniature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Hue;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Thing;
import org.moslora.datasets.miniature.world.ThingKind;

/** What is trained on is never tested on, whatever the seed, and every split is like the whole. */
final class SplitTest {
    private static final int SCENES = 4000;

    private record Triple(Hue hue, ThingKind kind, Background background) {}

    @Test
    void noCombinationIsInTwoSplitsWhateverTheSeeds() {
        Map<Split, Set<Triple>> seen = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            Set<Triple> triples = new HashSet<>();
            for (Cast cast : Cast.values()) {
                Scenes scenes = new Scenes(11 * split.ordinal(), split, cast);
                for (int i = 0; i < SCENES; i++) {
                    add(triples, scenes.grid(i, i % 3));
                    add(triples, scenes.portrait(i));
                }
            }
            seen.put(split, triples);
        }
        int all = Hue.values().length * ThingKind.values().length * Background.values().length;
        assertThat(seen.values().stream().mapToInt(Set::size).sum()).isEqualTo(all);
        assertThat(seen.get(Split.TRAIN)).doesNotContainAnyElementsOf(seen.get(Split.TEST));
        assertThat(seen.get(Split.TRAIN)).doesNotContainAnyElementsOf(seen.get(Split.VALIDATION));
        assertThat(seen.get(Split.VALIDATION)).doesNotContainAnyElementsOf(seen.get(Split.TEST));
        assertThat(seen.get(Split.TRAIN)).hasSize(all * 5 / 8);
        assertThat(seen.get(Split.TEST)).hasSize(all / 4);
    }

    private static void add(Set<Triple> triples, Scene scene) {
        scene.things().forEach(thing -> triples.add(new Triple(thing.hue(), thing.kind(), scene.background())));
    }

    @Test
    void everyKindHasEveryColourAndEveryPlaceInTraining() {
        for (ThingKind kind : ThingKind.values()) {
            Set<Hue> hues = EnumSet.noneOf(Hue.class);
            for (Background background : Background.values()) {
                hues.addAll(Split.TRAIN.hues(kind, background));
                assertThat(Split.TEST.hues(kind, background)).hasSize(2);
                assertThat(Split.VALIDATION.hues(kind, background)).hasSize(1);
            }
            assertThat(hues).hasSize(Hue.values().length);
        }
    }

    @Test
    void newKindsAreKeptFromBaseTraining() {
        Scenes known = new Scenes(1, Split.TRAIN, Cast.KNOWN);
        Scenes mixed = new Scenes(1, Split.TRAIN, Cast.MIXED);
        int fresh = 0;
        int all = 0;
        for (int i = 0; i < SCENES; i++) {
            assertThat(known.grid(i, 0).things())
                    .noneMatch(thing -> thing.kind().isNew());
            assertThat(known.portrait(i).things())
                    .noneMatch(thing -> thing.kind().isNew());
            for (Thing thing : mixed.grid(i, 0).things()) {
                fresh += thing.kind().isNew() ? 1 : 0;
                all++;
            }
        }
        assertThat(fresh / (double) all).isBetween(0.46, 0.54);
    }

    /** Neighbouring scenes and seeds have nothing in common: every thing is as likely after any other. */
    @Test
    void scenesAreIndependent() {
        Set<Scene> different = new HashSet<>();
        int[][] pairs = new int[Background.values().length][Background.values().length];
        Scenes one = new Scenes(1, Split.TRAIN, Cast.KNOWN);
        Scenes next = new Scenes(2, Split.TRAIN, Cast.KNOWN);
        for (int i = 0; i < 16 * SCENES; i++) {
            Scene scene = one.grid(i, 0);
            Scene after = i % 2 == 0 ? one.grid(i + 1, 0) : next.grid(i, 0);
            different.add(scene);
            pairs[scene.background().ordinal()][after.background().ordinal()]++;
        }
        assertThat(different).hasSize(16 * SCENES);
        double chiSquared = 0;
        double expected = 16.0 * SCENES / 64;
        for (int[] row : pairs) {
            for (int count : row) {
                chiSquared += (count - expected) * (count - expected) / expected;
            }
        }
        assertThat(chiSquared).as("63 degrees of freedom").isLessThan(115);
    }
}
