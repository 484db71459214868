package org.moslora.quickstart;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.Progress;
import org.moslora.datasets.miniature.WorldFolder;
import org.moslora.pictures.judge.Embedding;
import org.moslora.problems.Messages;
import org.moslora.quickstart.outcome.Outcome;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.quickstart.outcome.VisualOutcome;
import org.moslora.quickstart.report.BeforeAfter;
import org.moslora.quickstart.report.QuickstartReport;
import org.moslora.tensors.out.OutputLock;

/** Tells both stories. Read {@link #run} from top to bottom. */
public final class Quickstart {
    private static final double NANOS = 1e9;

    private final Request request;
    private final Verbs verbs;
    private final QuickstartFolder place;

    /**
     * What a user asks for.
     *
     * @param out the folder for everything
     * @param overwrite whether what an earlier quickstart has left there may go
     * @param threads of one operator; null for what the commands take by themselves
     * @param quiet whether to leave out progress
     */
    public record Request(
            Path out,
            boolean overwrite,
            Plan plan,
            @Nullable Integer threads,
            boolean quiet) {}

    /** @param verbs the program */
    public Quickstart(Request request, Verbs verbs) {
        this.request = request;
        this.verbs = verbs;
        this.place = new QuickstartFolder(request.out());
    }

    /**
     * Draws the world, runs both stories, prints what came of them and writes the report.
     *
     * @param bases the models to be tuned
     * @param judge scores pictures; null for no scores
     * @param out for the tables
     * @param messages for what is going on
     * @return the report's file
     * @throws org.moslora.problems.InvalidInput if the folder holds something already, before anything is done
     */
    public Path run(Bases bases, @Nullable Embedding judge, PrintWriter out, Messages messages) {
        Path folder = request.out();
        OutputLock.inside("--out " + folder, folder).during(() -> tell(bases, judge, out, messages));
        return place.report();
    }

    private void tell(Bases bases, @Nullable Embedding judge, PrintWriter out, Messages messages) {
        long started = System.nanoTime();
        place.claim(request.overwrite());
        draw();
        Commands commands = new Commands(verbs, request.threads(), request.quiet(), messages);
        Plan plan = request.plan();
        SubjectStory second = new SubjectStory(place, bases.painter(), plan, commands, judge);
        VisualOutcome visual = new VisualStory(place, bases.llava(), plan, commands).tell(second.ahead());
        Tables.print(visual, out);
        SubjectOutcome subject = second.tell();
        Tables.print(subject, out);
        double seconds = (System.nanoTime() - started) / NANOS;
        BeforeAfter.write(place.beforeAfter(), subject);
        QuickstartReport.write(place.report(), new Outcome(visual, subject, commands.done(), seconds));
        place.complete();
    }

    private void draw() {
        Plan plan = request.plan();
        int pictures = plan.conversations().pictures();
        int threads = request.threads() == null ? Runtime.getRuntime().availableProcessors() : request.threads();
        try (Progress progress = Progress.start("painting", pictures, request.quiet())) {
            WorldFolder.writeForTuning(
                    place.world(), plan.conversations(), plan.seed(), threads, done -> progress.step(done, ""));
        }
    }
}
