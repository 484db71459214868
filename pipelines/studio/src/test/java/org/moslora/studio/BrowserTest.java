package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks and the script, in a browser where there is one. */
final class BrowserTest {
    @TempDir
    static Path folder;

    private static StudioUnderTest studio;
    private static Chromium browser;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path program = Chromium.installed();
        assumeTrue(
                program != null,
                "no browser: neither /usr/bin/chromium nor what MOSLORA_CHROMIUM names is there, so the studio's looks and"
                        + " script are not tested");
        studio = new StudioUnderTest(folder);
        studio.run("long", 5000);
        studio.run("<img src=x onerror=alert(1)>", 3);
        Path growing = studio.run("growing", 10);
        Files.writeString(
                growing.resolve("recipe.yaml"), "output: " + growing + "\nmodel: m\ntraining:\n  max_steps: 100\n");
        browser = Chromium.start(program, Files.createDirectories(folder.resolve("browser")));
        browser.go(studio.address());
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        if (studio != null) {
            studio.close();
        }
    }

    @Test
    void everyPageFitsEveryWidthInLightAndDark() throws InterruptedException {
        for (String page : List.of(
                "/runs",
                "/runs/long",
                "/runs/compare?run=long&run=growing",
                "/new?from=dreambooth",
                "/data",
                "/chat",
                "/generate",
                "/adapters")) {
            browser.dark(page.length() % 2 == 0);
            browser.size(375);
            browser.go(studio.origin() + page);
            for (int width : new int[] {375, 1280, 2560}) {
                browser.size(width);
                assertThat(browser.text("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as(page + " at " + width)
                        .isEqualTo("0");
            }
            assertThat(browser.text("document.querySelectorAll('h1').length + document.title"))
                    .startsWith("1");
        }
        browser.dark(true);
        assertThat(browser.text("getComputedStyle(document.body).backgroundColor"))
                .isNotEqualTo("rgb(255, 255, 255)");
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void aCurveIsZoomedAndGrowsWithoutAReload() throws IOException, InterruptedException {
        browser.size(1280);
        browser.go(studio.origin() + "/runs/growing");
        browser.until("document.querySelector('#curve-loss').dataset.points >= 10");
        browser.text("window.same = 'same'");
        browser.text("document.querySelector('#curve-loss').scrollIntoView({block: 'center'})");
        String box = "document.querySelector('#curve-loss').getBoundingClientRect()";
        double left = Double.parseDouble(browser.text(box + ".left"));
        double wide = Double.parseDouble(browser.text(box + ".width"));
        double middle = Double.parseDouble(browser.text("(" + box + ".top + " + box + ".bottom) / 2"));
        browser.mouse("mouseMoved", left + 0.4 * wide, middle);
        browser.mouse("mousePressed", left + 0.4 * wide, middle);
        browser.mouse("mouseMoved", left + 0.5 * wide, middle);
        browser.mouse("mouseMoved", left + 0.7 * wide, middle);
        browser.mouse("mouseReleased", left + 0.7 * wide, middle);
        browser.until("document.querySelector('#curve-loss').dataset.from > 1");
        String from = browser.text("document.querySelector('#curve-loss').dataset.from");
        StringBuilder rows = new StringBuilder();
        for (int step = 11; step <= 30; step++) {
            rows.append(StudioUnderTest.row(step)).append('\n');
        }
        Files.writeString(studio.runs.resolve("growing/metrics.jsonl"), rows.toString(), StandardOpenOption.APPEND);
        browser.until("document.querySelector('#curve-loss').dataset.points >= 30");
        assertThat(browser.text("document.querySelector('#curve-loss').dataset.from"))
                .isEqualTo(from);
        browser.until("document.querySelector('[data-testid=step]').textContent === '30/100'");
        assertThat(browser.text("window.same")).isEqualTo("same");
        browser.text("document.querySelector('#reset').click()");
        browser.until("document.querySelector('#curve-loss').dataset.from <= 1");
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void aRecipeIsCheckedAsItIsTyped() throws InterruptedException {
        browser.go(studio.origin() + "/new");
        browser.text(
                "(() => { const text = document.querySelector('#recipe'); text.value = 'pipeline: dreambooth\\nrnak: 4';"
                        + " text.dispatchEvent(new Event('input')); })()");
        browser.until("document.querySelectorAll('#problems li').length >= 2");
        assertThat(browser.text("document.querySelector('#problems').textContent"))
                .contains("rnak");
        assertThat(browser.text("document.querySelector('#begin').disabled")).isEqualTo("true");
        assertThat(browser.complaints).isEmpty();
    }
}
