package org.moslora.studio.pages;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Query;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.Trainings;

/** Everything below {@code /runs}. */
final class RunsPlace implements LoopbackServer.Site {
    private static final int MOST_POINTS = 2000;

    private final Folders folders;
    private final Runs runs;
    private final Trainings trainings;
    private final RunListPage list;
    private final RunPage page;
    private final ComparePage compare;

    RunsPlace(Folders folders, Runs runs, Trainings trainings) {
        this.folders = folders;
        this.runs = runs;
        this.trainings = trainings;
        this.list = new RunListPage(runs, new Library(folders));
        this.page = new RunPage(runs, trainings);
        this.compare = new ComparePage(runs);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<String> steps = exchange.steps();
        if (steps.size() == 1) {
            exchange.mustRead();
            if (exchange.query().get("part").equals("table")) {
                exchange.part(list.table());
            } else {
                exchange.page(list.page());
            }
            return;
        }
        if (steps.equals(List.of("runs", "compare"))
                && !exchange.query().all("run").isEmpty()) {
            exchange.mustRead();
            exchange.page(compare.page(exchange.query().all("run")));
            return;
        }
        if (comparison(exchange, steps)) {
            return;
        }
        RunView run = runs.named(steps.get(1)).orElseThrow(Refusal::notFound);
        if (steps.size() == 2) {
            exchange.mustRead();
            exchange.page(page.page(run));
        } else {
            below(exchange, run, steps);
        }
    }

    /** A folder of a comparison, which stands beside the runs. */
    private boolean comparison(Exchange exchange, List<String> steps) throws IOException {
        Path folder = Folders.below(folders.newRuns(), List.of(steps.get(1)))
                .filter(ComparisonPage::isOne)
                .orElse(null);
        if (folder == null) {
            return false;
        }
        exchange.mustRead();
        if (steps.size() > 3 && steps.get(2).equals("files")) {
            exchange.file(file(folder, steps));
        } else if (steps.size() != 2) {
            throw Refusal.notFound();
        } else if (exchange.query().get("part").isEmpty()) {
            exchange.page(ComparisonPage.page(folder));
        } else {
            exchange.part(ComparisonPage.content(folder));
        }
        return true;
    }

    private static Path file(Path folder, List<String> steps) {
        return Folders.below(folder, steps.subList(3, steps.size()))
                .filter(Files::isRegularFile)
                .orElseThrow(Refusal::notFound);
    }

    private void below(Exchange exchange, RunView run, List<String> steps) throws IOException {
        if (steps.get(2).equals("files")) {
            exchange.mustRead();
            exchange.file(file(run.folder(), steps));
            return;
        } else if (steps.size() != 3) {
            throw Refusal.notFound();
        }
        switch (steps.get(2)) {
            case "events" -> {
                exchange.mustRead();
                new RunEvents(runs, page, run).answer(exchange);
            }
            case "curves" -> {
                exchange.mustRead();
                Query asked = exchange.query();
                int last = asked.number("to", Integer.MAX_VALUE - 1);
                exchange.json(runs.curves(run, MOST_POINTS, asked.number("from", 0), last));
            }
            case "samples" -> {
                exchange.mustRead();
                exchange.part(page.samples(run));
            }
            case "made" -> {
                exchange.mustRead();
                exchange.part(page.made(run));
            }
            case "stop" -> {
                exchange.mustPost();
                trainings.stop(mine(run).name());
                exchange.json(new JsonObject());
            }
            case "resume" -> {
                exchange.mustPost();
                exchange.json(resumed(mine(run), exchange.sent().get("steps")));
            }
            default -> throw Refusal.notFound();
        }
    }

    private JsonObject resumed(RunView run, JsonElement steps) {
        int wanted =
                steps instanceof JsonPrimitive number && number.getAsString().matches("\\d{1,9}")
                        ? number.getAsInt()
                        : 0;
        try {
            trainings.resume(run.name(), wanted == run.total() ? 0 : wanted);
            return new JsonObject();
        } catch (InvalidInput wrong) {
            return Parts.problems(
                    wrong.problems().stream().map(Object::toString).toList());
        }
    }

    /** Only runs of the first folder are begun and stopped here. */
    private RunView mine(RunView run) {
        if (!folders.newRuns().equals(run.folder().getParent())) {
            throw new Refusal(403, "This run lies in a folder that the studio only shows.");
        }
        return run;
    }
}
