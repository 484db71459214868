package org.moslora.console.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HtmlTest {
    @Test
    void everyTextIsEscaped() {
        String page = new Html()
                .open("p", "title", "\"a\" & <b>")
                .text("<script>alert(\"x\")</script> & 1 > 0")
                .close()
                .finished();
        assertThat(page)
                .isEqualTo("<!DOCTYPE html>\n<p title=\"&quot;a&quot; &amp; &lt;b&gt;\">"
                        + "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; 1 &gt; 0</p>\n");
    }

    @Test
    void whatIsNoCharacterIsReplaced() {
        assertThat(new Html().element("p", "a\u0000b\u0007c\ud800d\ufffee\n✓😀").finished())
                .contains("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\n✓😀");
    }

    @Test
    void aPageEndsClosed() {
        assertThatThrownBy(() -> new Html().open("p").finished()).hasMessageContaining("still open: [p]");
    }

    @Test
    void aStyleSheetCannotEndItself() {
        assertThatThrownBy(() -> new Html().style("</style>")).isInstanceOf(IllegalArgumentException.class);
    }
}
