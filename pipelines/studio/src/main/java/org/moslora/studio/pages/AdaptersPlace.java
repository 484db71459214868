package org.moslora.studio.pages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.console.html.Html;
import org.moslora.models.Inspection;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Query;
import org.moslora.studio.http.Refusal;

/** Adapters, what each is, and whether it fits a model. */
final class AdaptersPlace implements LoopbackServer.Site {
    private final Folders folders;
    private final Library library;

    AdaptersPlace(Folders folders, Library library) {
        this.folders = folders;
        this.library = library;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        exchange.mustRead();
        if (exchange.steps().size() != 1) {
            throw Refusal.notFound();
        }
        String file = exchange.query().get("file");
        if (file.isEmpty()) {
            exchange.page(list());
            return;
        }
        Path adapter = folders.named(file).filter(AdapterFile::isOne).orElseThrow(Refusal::notFound);
        String model = exchange.query().get("model");
        exchange.page(one(
                adapter, model, model.isEmpty() ? null : folders.named(model).orElseThrow(Refusal::notFound)));
    }

    private Html list() {
        PageFrame frame = PageFrame.open("adapters", "Adapters", "/adapters");
        Html html = frame.html();
        List<Library.Entry> all = library.adapters();
        if (all.isEmpty()) {
            Parts.empty(
                    html, "No adapter yet.", "Runs leave them; those of others are found in the folders of models.");
            return frame.finished();
        }
        Map<Library.Entry, String> others = new LinkedHashMap<>();
        html.open("div", "class", "table")
                .open("table", "aria-label", "Adapters")
                .open("thead")
                .open("tr");
        for (String head : List.of("Adapter", "Kind", "Rank")) {
            html.element("th", head, "scope", "col");
        }
        html.element("th", "Format", "scope", "col", "class", "wide");
        html.element("th", "Layers", "scope", "col", "class", "wide");
        html.close().close().open("tbody");
        for (Library.Entry entry : all) {
            try (AdapterFile file = AdapterFile.open(entry.path())) {
                row(html, entry, file);
            } catch (InvalidInput damaged) {
                others.put(entry, String.valueOf(damaged.getMessage()));
            }
        }
        html.close().close().close();
        others(html, others);
        return frame.finished();
    }

    private static void row(Html html, Library.Entry entry, AdapterFile file) {
        html.open("tr").open("th", "scope", "row");
        link(html, entry);
        html.close();
        html.element("td", String.join(", ", file.kinds()));
        html.element("td", Integer.toString(file.rank()), "class", "number");
        html.element("td", file.format(), "class", "wide");
        html.element("td", Integer.toString(file.layers().size()), "class", "wide number");
        html.close();
    }

    /** Folders of models hold files of the same format that are something else, and damaged ones. */
    private static void others(Html html, Map<Library.Entry, String> others) {
        if (others.isEmpty()) {
            return;
        }
        html.open("details").element("summary", others.size() + " that cannot be read as adapters");
        html.open("ul");
        others.forEach((entry, why) -> {
            html.open("li");
            link(html, entry);
            html.element("p", why, "class", "quiet").close();
        });
        html.close().close();
    }

    private static void link(Html html, Library.Entry entry) {
        html.element(
                "a",
                entry.name(),
                "href",
                "/adapters?file=" + Query.encoded(entry.path().toString()));
    }

    private Html one(Path adapter, String chosen, @Nullable Path model) {
        PageFrame frame =
                PageFrame.open("adapter", String.valueOf(adapter.getFileName()), "/adapters", adapter.toString());
        Html html = frame.html();
        html.open("form", "action", "/adapters", "method", "get", "class", "bar");
        html.empty("input", "type", "hidden", "name", "file", "value", adapter.toString());
        List<Library.Entry> models = Stream.concat(library.languageModels().stream(), library.pictureModels().stream())
                .toList();
        Parts.choice(html, "Model", "model", models, "none", chosen);
        html.element("button", "Does it fit?", "type", "submit", "class", "second")
                .close();
        try {
            List<String> lines = Inspection.of(adapter, model);
            html.open("section", "class", "card", "aria-label", "What it is").element("h2", "What it is");
            Parts.text(html, "What inspect says", String.join("\n", lines));
            html.close();
        } catch (InvalidInput wrong) {
            Parts.alert(html, wrong.problems().stream().map(Object::toString).toList());
        }
        return frame.finished();
    }
}
