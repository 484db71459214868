package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a prompt is known from another text: no half picture, no other picture, and never all of it. */
class PromptTest {
    private static final int IMAGE = 9;
    private static final ShownPicture ONE = new ShownPicture(Path.of("one.png"), false, 2);
    private static final ShownPicture TWO = new ShownPicture(Path.of("two.png"), false, 2);

    private static Prompt prompt(List<ShownPicture> images, int... ids) {
        return new Prompt(ids, IMAGE, images, "");
    }

    @Test
    void whatBeginsAlikeIsShared() {
        assertThat(prompt(List.of(), 1, 2, 3, 4).shared(new int[] {1, 2, 5}, List.of()))
                .isEqualTo(2);
        assertThat(prompt(List.of(), 1, 2, 3).shared(new int[0], List.of())).isZero();
    }

    @Test
    void theLastTokenIsAlwaysComputed() {
        assertThat(prompt(List.of(), 1, 2, 3).shared(new int[] {1, 2, 3, 4}, List.of()))
                .isEqualTo(2);
        assertThat(prompt(List.of(), 1, 2, 3).shared(new int[] {1, 2, 3}, List.of()))
                .isEqualTo(2);
    }

    @Test
    void picturesAreSharedWholeOrNotAtAll() {
        int[] held = {1, IMAGE, IMAGE, 2, IMAGE, IMAGE, 3};
        Prompt both = prompt(List.of(ONE, TWO), 1, IMAGE, IMAGE, 2, IMAGE, IMAGE, 3, 4);
        assertThat(both.shared(held, List.of(ONE, TWO))).isEqualTo(7);
        assertThat(both.picturesIn(7)).isEqualTo(2);
        assertThat(both.shared(new int[] {1, IMAGE, IMAGE, 2, IMAGE}, List.of(ONE, TWO)))
                .isEqualTo(4);
        assertThat(both.picturesIn(4)).isEqualTo(1);
        assertThat(both.shared(new int[] {1, IMAGE, 2}, List.of(ONE))).isEqualTo(1);
    }

    @Test
    void anotherPictureIsNotTheSame() {
        int[] held = {1, IMAGE, IMAGE, 2, IMAGE, IMAGE, 3};
        Prompt both = prompt(List.of(ONE, ONE), 1, IMAGE, IMAGE, 2, IMAGE, IMAGE, 3, 4);
        assertThat(both.shared(held, List.of(ONE, TWO))).isEqualTo(4);
        assertThat(both.shared(held, List.of(TWO, ONE))).isEqualTo(1);
    }
}
