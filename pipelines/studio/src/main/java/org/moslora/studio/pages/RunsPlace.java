package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Query;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.ComparisonView;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.studio.work.Trainings;

/** Everything below {@code /runs}. */
final class RunsPlace implements LoopbackServer.Site {
    private static final int MOST_POINTS = 2000;

    private final Runs runs;
    private final Trainings trainings;
    private final RunListPage list;
    private final RunPage page;
    private final ComparePage compare;
    private final ComparisonPage comparison;

    RunsPlace(Runs runs, Trainings trainings) {
        this.runs = runs;
        this.trainings = trainings;
        this.list = new RunListPage(runs);
        this.page = new RunPage(runs, trainings);
        this.compare = new ComparePage(runs);
        this.comparison = new ComparisonPage(runs, trainings);
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

    /** A comparison, which stands beside the runs. */
    private boolean comparison(Exchange exchange, List<String> steps) throws IOException {
        ComparisonView found = runs.comparison(steps.get(1)).orElse(null);
        if (found == null) {
            return false;
        }
        if (steps.size() > 3 && steps.get(2).equals("files")) {
            exchange.mustRead();
            exchange.file(file(found.folder(), steps));
        } else if (steps.size() == 3) {
            exchange.mustPost();
            exchange.json(ordered(found.name(), found.folder(), steps.get(2), exchange.sent()));
        } else if (steps.size() != 2) {
            throw Refusal.notFound();
        } else if (exchange.query().get("part").isEmpty()) {
            exchange.mustRead();
            exchange.page(comparison.page(found));
        } else {
            exchange.mustRead();
            exchange.part(comparison.content(found));
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
            case "stop", "resume" -> {
                exchange.mustPost();
                exchange.json(ordered(run.name(), run.folder(), steps.get(2), exchange.sent()));
            }
            default -> throw Refusal.notFound();
        }
    }

    /** Stops a run or a comparison, or has it go on. */
    private JsonObject ordered(String name, Path folder, String order, JsonObject sent) {
        if (!runs.isOwn(folder)) {
            throw new Refusal(403, "This run lies where the studio only shows runs.");
        }
        try {
            switch (order) {
                case "stop" -> trainings.stop(name);
                case "resume" -> trainings.resume(name, steps(name, sent));
                default -> throw Refusal.notFound();
            }
            return new JsonObject();
        } catch (InvalidInput wrong) {
            return Parts.problems(
                    wrong.problems().stream().map(Object::toString).toList());
        }
    }

    /** How many steps are asked for; 0 where it is as many as the recipe says. */
    private int steps(String name, JsonObject sent) {
        String text = new SentText(sent).get("steps");
        int wanted = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        int total = runs.named(name).map(RunView::total).orElse(0);
        return wanted == total ? 0 : wanted;
    }
}
