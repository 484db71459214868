package org.moslora.studio.pages;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Assets;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.AnswerJobs;
import org.moslora.studio.work.BlindTrials;
import org.moslora.studio.work.Paintings;
import org.moslora.studio.work.RecipeCheck;
import org.moslora.studio.work.Trainings;

/** Finds the page of an address. */
public final class StudioSite implements LoopbackServer.Site {
    private final Map<String, LoopbackServer.Site> places;

    /**
     * The site over some folders.
     *
     * @param options for every verb that computes
     */
    public StudioSite(
            Folders folders,
            List<String> options,
            Trainings trainings,
            RecipeCheck checks,
            AnswerJobs answers,
            Paintings paintings) {
        Runs runs = new Runs(folders, trainings::errand, trainings::asked);
        Library library = new Library(folders);
        this.places = Map.of(
                "runs", new RunsPlace(runs, trainings),
                "new", new NewRunPlace(folders, runs, library, trainings, checks),
                "data", new DataPlace(folders, library),
                "chat", new ChatPlace(folders, library, options, answers),
                "generate", new GeneratePlace(folders, library, options, paintings),
                "blind", new BlindPlace(folders, library, options, new BlindTrials(answers, folders.newRuns())),
                "adapters", new AdaptersPlace(folders, library),
                "assets", Assets::answer);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        String first = exchange.steps().get(0);
        if (exchange.steps().size() == 1 && first.isEmpty()) {
            exchange.mustRead();
            exchange.redirect("/runs");
            return;
        }
        LoopbackServer.Site place = places.get(first);
        if (place == null) {
            throw Refusal.notFound();
        }
        place.answer(exchange);
    }
}
