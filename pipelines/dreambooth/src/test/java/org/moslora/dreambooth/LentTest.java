package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model that is lent for a while: loaded once, let go once, and never again. */
class LentTest {
    private final List<String> heard = new ArrayList<>();

    private Lent<String> lent() {
        return new Lent<>(
                "the encoder is gone",
                () -> {
                    heard.add("loaded");
                    return "encoder " + heard.size();
                },
                model -> heard.add("closed " + model));
    }

    @Test
    void itIsLoadedWhenFirstAskedForAndOnce() {
        Lent<String> lent = lent();
        assertThat(heard).isEmpty();
        assertThat(lent.get()).isEqualTo("encoder 1").isSameAs(lent.get());
        lent.close();
        lent.close();
        assertThat(heard).containsExactly("loaded", "closed encoder 1");
    }

    @Test
    void whoeverAsksTooLateIsToldAndLoadsNothing() {
        Lent<String> lent = lent();
        lent.close();
        assertThatThrownBy(lent::get).isInstanceOf(IllegalStateException.class).hasMessage("the encoder is gone");
        assertThat(heard).as("what was never loaded is not closed").isEmpty();
    }
}
