package org.moslora.quickstart.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import org.moslora.console.html.Html;
import org.moslora.quickstart.outcome.Outcome;
import org.moslora.tensors.DurableFiles;

/** The report as one file. */
public final class QuickstartReport {
    private static final String TITLE = "MoSLoRA quickstart";

    private QuickstartReport() {}

    /** Writes the page; the pictures that the outcome names are read into it. */
    public static void write(Path file, Outcome outcome) {
        DurableFiles.writeString(file.toAbsolutePath(), page(outcome, machine()));
    }

    static String page(Outcome outcome, String machine) {
        Html html = new Html();
        html.open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.element("title", TITLE).style(sheet()).close();
        html.open("body");
        new ReportHeader(outcome).add(html);
        html.open("main");
        new VisualSection(outcome.visual()).add(html);
        new SubjectSection(outcome.subject()).add(html);
        new OwnSection(outcome).add(html);
        new RunSection(outcome, machine).add(html);
        html.close().close().close();
        return html.finished();
    }

    private static String machine() {
        return String.format(
                Locale.ROOT,
                "Run on %s on %s (%s), %d cores, Java %s.",
                LocalDate.now(ZoneId.systemDefault()),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature());
    }

    private static String sheet() {
        try (InputStream resource = QuickstartReport.class.getResourceAsStream("report.css")) {
            if (resource == null) {
                throw new IllegalStateException("no resource report.css");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
