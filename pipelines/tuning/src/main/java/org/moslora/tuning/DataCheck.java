package org.moslora.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.CheckReport;
import org.moslora.datasets.ConversationChecks;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.Severity;
import org.moslora.problems.Grouped;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** Looks at conversations and pictures alone, without a recipe. */
public final class DataCheck {
    private DataCheck() {}

    /**
     * Checks and reports.
     *
     * @throws org.moslora.problems.InvalidInput with every error found
     */
    public static void run(
            List<Path> files, @Nullable Path images, boolean deep, @Nullable Path report, Messages messages) {
        ConversationRows read = ConversationFiles.read(files, null);
        List<Finding> findings = new ArrayList<>(read.findings());
        Path folder = images == null ? TuningDataBlock.beside(files) : images;
        findings.addAll(ConversationChecks.check(read.rows(), folder, deep, TuningData.threads()));
        Problems problems = new Problems();
        report(findings, report, messages, problems);
        messages.tell(read.total() + " conversations, " + findings.size() + " findings");
        problems.throwIfAny();
        messages.tell("nothing wrong");
    }

    /** Tells warnings, collects errors, ten of a kind of both; writes the report, which holds all. */
    static void report(List<Finding> findings, @Nullable Path report, Messages messages, Problems problems) {
        for (Severity severity : Severity.values()) {
            Grouped.some(Finding.problems(findings, severity)).forEach(problem -> {
                if (severity == Severity.ERROR) {
                    problems.add(problem);
                } else {
                    messages.tell("warning: " + problem);
                }
            });
        }
        try {
            if (report != null) {
                CheckReport.write(report, findings);
            }
        } catch (IOException broken) {
            problems.add(
                    String.valueOf(report),
                    "cannot be written, " + broken.getClass().getSimpleName()
                            + "; is its folder there, and may you write in it?");
        }
    }
}
