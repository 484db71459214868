package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.html.Html;
import org.moslora.console.progress.ShellCommand;
import org.moslora.examples.image.PictureHeader;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.work.AnswerJobs;

/** One question, and the answers of a model without and with an adapter beside each other. */
final class ChatPlace implements LoopbackServer.Site {
    private static final long MOST_PICTURE = 32 << 20;

    private final Folders folders;
    private final Library library;
    private final List<String> options;
    private final AnswerJobs answers;

    ChatPlace(Folders folders, Library library, List<String> options, AnswerJobs answers) {
        this.folders = folders;
        this.library = library;
        this.options = options;
        this.answers = answers;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<String> steps = exchange.steps();
        if (steps.size() == 1) {
            if (exchange.isPosted()) {
                exchange.json(asked(new SentText(exchange.sent())));
            } else {
                exchange.page(
                        page(exchange.query().get("model"), exchange.query().get("adapter")));
            }
        } else if (steps.equals(List.of("chat", "picture"))) {
            exchange.mustPost();
            exchange.json(kept(exchange.body(MOST_PICTURE)));
        } else if (steps.size() == 3 && steps.get(1).equals("answers")) {
            exchange.mustRead();
            exchange.json(answers.answer(steps.get(2)).orElseThrow(Refusal::notFound));
        } else if (steps.size() == 4
                && steps.get(1).equals("answers")
                && steps.get(3).equals("stop")) {
            exchange.mustPost();
            answers.stop(steps.get(2));
            exchange.json(new JsonObject());
        } else {
            throw Refusal.notFound();
        }
    }

    private JsonObject kept(byte[] picture) {
        String id = answers.keep(picture);
        try {
            PictureHeader.read(answers.picture(id));
            JsonObject json = new JsonObject();
            json.addProperty("picture", id);
            return json;
        } catch (InvalidInput none) {
            answers.drop(id);
            return Parts.problems(none.problems().stream()
                    .map(problem -> "Picture: it " + problem.what())
                    .toList());
        }
    }

    private JsonObject asked(SentText sent) {
        Problems problems = new Problems();
        Path model = sent.path("model", folders, problems);
        Path adapter = sent.path("adapter", folders, problems);
        String longest = sent.get("longest");
        if (model == null && problems.isEmpty()) {
            problems.add("Model", "choose one");
        }
        if (sent.get("prompt").isEmpty()) {
            problems.add("Prompt", "write what to ask");
        }
        if (!longest.matches("[1-9]\\d{0,5}")) {
            problems.add("Longest answer", "must be a whole number from 1 on, got \"%s\"", longest);
        }
        Path picture = sent.get("picture").isEmpty() ? null : answers.picture(sent.get("picture"));
        if (picture != null && !Files.exists(picture)) {
            problems.add("Picture", "is not kept any more; choose it again");
        }
        if (!problems.isEmpty() || model == null) {
            return Parts.problems(SentText.lines(problems));
        }
        List<List<String>> commands = new ArrayList<>();
        commands.add(words(model, null, picture, sent));
        if (adapter != null) {
            commands.add(words(model, adapter, picture, sent));
        }
        JsonObject json = new JsonObject();
        json.addProperty("id", answers.ask(commands));
        json.addProperty("command", ShellCommand.command(commands.get(commands.size() - 1)));
        return json;
    }

    private List<String> words(Path model, @Nullable Path adapter, @Nullable Path picture, SentText sent) {
        List<String> words = new ArrayList<>(List.of("chat", "--model=" + model));
        if (adapter != null) {
            words.add("--adapter=" + adapter);
        }
        if (picture != null) {
            words.add("--image=" + picture);
        }
        words.add("--max-new-tokens=" + sent.get("longest"));
        words.add("--temperature=0");
        words.addAll(options);
        words.add("--");
        words.add(sent.get("prompt"));
        return words;
    }

    private Html page(String model, String adapter) {
        PageFrame frame =
                PageFrame.open("chat", "Chat", "/chat", "One question, answered without and with an adapter.");
        Html html = frame.html();
        List<Library.Entry> models = library.languageModels();
        if (models.isEmpty()) {
            Parts.empty(html, "No model to talk to.", "Start the studio with --models and a folder that holds one.");
        }
        html.open("div", "class", "split").open("form", "id", "ask", "class", "card form");
        Parts.choice(html, "Model", "model", models, models.isEmpty() ? "none found" : "", model);
        Parts.choice(html, "Adapter", "adapter", library.adapters(), "none", adapter);
        html.open("div", "class", "field").element("label", "Picture", "for", "picture");
        html.empty("input", "type", "file", "id", "picture", "accept", "image/*", "aria-describedby", "picture-hint");
        html.element(
                "p", "At most 32 MiB; drop or paste one anywhere on the page.", "id", "picture-hint", "class", "hint");
        html.empty("img", "id", "preview", "alt", "The chosen picture", "hidden", "")
                .close();
        html.open("div", "class", "field").element("label", "Prompt", "for", "prompt");
        html.element("textarea", "", "id", "prompt", "rows", "3").close();
        Parts.number(html, "Longest answer", "longest", "64", "min", "1", "step", "1");
        html.open("div", "class", "bar").element("button", "Send", "type", "submit", "id", "send");
        html.element("button", "Stop", "type", "button", "id", "stop", "class", "second", "disabled", "")
                .close();
        html.element("a", "Two adapters without their names", "href", "/blind", "class", "link");
        html.close().open("div", "class", "answers");
        Parts.alert(html, List.of());
        side(html, "Without the adapter", "answer-base");
        side(html, "With the adapter", "answer-adapter");
        html.element("p", "", "class", "command", "data-testid", "command", "id", "command", "hidden", "");
        html.close().close();
        return frame.finished();
    }

    private static void side(Html html, String name, String id) {
        html.open("section", "class", "card", "aria-label", name).element("h2", name);
        html.element("p", "", "class", "answer", "id", id, "data-testid", id, "aria-live", "polite")
                .close();
    }
}
