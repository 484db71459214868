package org.moslora.pictures.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cosines by hand, in a plane. */
final class JudgeTest {
    private static final Map<String, float[]> PLANE = Map.of(
            "east", new float[] {2, 0},
            "north", new float[] {0, 0.5f},
            "north-east", new float[] {3, 3},
            "west", new float[] {-1, 0},
            "nowhere", new float[] {0, 0});

    private final Judge judge = new Judge(new Embedding() {
        @Override
        public List<float[]> pictures(List<Path> files) {
            return texts(files.stream().map(Path::toString).toList());
        }

        @Override
        public List<float[]> texts(List<String> texts) {
            return texts.stream().map(PLANE::get).toList();
        }
    });

    private static List<Path> paths(String... names) {
        return List.of(names).stream().map(Path::of).toList();
    }

    @Test
    void subjectFidelityIsTheMeanOverAllPairs() {
        assertThat(judge.subjectFidelity(paths("east", "north"), paths("east", "north-east")))
                .isCloseTo((1 + Math.sqrt(0.5) + 0 + Math.sqrt(0.5)) / 4, within(1e-6));
    }

    @Test
    void promptFidelityIsOfEachWithItsOwn() {
        assertThat(judge.promptFidelity(paths("east", "north"), List.of("west", "north-east")))
                .isCloseTo((-1 + Math.sqrt(0.5)) / 2, within(1e-6));
        assertThatThrownBy(() -> judge.promptFidelity(paths("east"), List.of("east", "west")))
                .hasMessageContaining("1 pictures, 2 prompts");
    }

    @Test
    void theNearestTextIsTheOneOfTheSmallestAngle() {
        assertThat(judge.nearest(paths("east", "north-east"), List.of("west", "north", "east")))
                .containsExactly("east", "north");
    }

    @Test
    void whatHasNoDirectionIsNoScore() {
        assertThatThrownBy(() -> judge.nearest(paths("nowhere"), List.of("east")))
                .hasMessageContaining("has no direction");
    }
}
